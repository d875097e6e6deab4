// The parts of the chart libraries that the page uses, as members of one global object, `charts`.
export { default as flamegraph } from "d3-flame-graph";
export { select } from "d3-selection";
export { default as uPlot } from "uplot";
import "uplot/dist/uPlot.min.css";
