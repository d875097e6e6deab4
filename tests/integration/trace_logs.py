"""Logs of `strace -f -o` and of `leakwatch trace -f -o`: their lines by thread, with what two runs do not have in common made equal."""
import re

ADDRESS = re.compile(r"0x[0-9a-f]{9,}")
LINE = re.compile(r"(\d+) +(.*)")
NAME = re.compile(r"\w+")
CHILD = re.compile(r"(?:clone|clone3|fork|vfork)\(.* = (\d+)$")
# What two runs of a program do not have in common. Where a name of a call is given, only in its lines.
VARYING = [
    (None, re.compile(r"(si_[us]time|st_ino|stx_ino|d_ino|st_[amc]time|st_[amc]time_nsec|sival_int|d_off)=-?\d+( /\* \d{4}[^*]*\*/)?")),
    (None, re.compile(r"(stx_[abcm]time=\{)tv_sec=-?\d+, tv_nsec=\d+\}( /\* [^*]*\*/)?")),
    (None, re.compile(r"(ru_\w+)=\d+")),
    (None, re.compile(r"(ru_[us]time=\{)tv_sec=\d+, tv_usec=\d+")),
    ("sysinfo", re.compile(r"(\w+)=(\d+|\[[^]]*\])")),
    ("(f?statfs)", re.compile(r"(f_[bf]\w+)=(\d+|\{[^}]*\})")),
    ("(clock_gettime|gettimeofday|clock_adjtime|adjtimex|settimeofday)", re.compile(r"(tv_\w+)=\d+")),
    ("(clock_)?nanosleep", re.compile(r"(, \{tv_sec)=3599, tv_nsec=\d+")),
    ("clock_gettime", re.compile(r"(\()0xfff\w+")),
    ("time", re.compile(r"(\[|= )\d+ (/\* |\()[^*)]*")),
    ("times", re.compile(r"(tms_\w+|\)) *= ?\d+")),
    ("getrandom", re.compile(r"(\\x)[0-9a-f]{2}")),
    # Ports that the kernel chose, and names of sockets.
    (None, re.compile(r"(sin6?_port=htons)\((3[2-9]|[4-6]\d)\d{3}\)")),
    (None, re.compile(r"(sun_path=@)\"[0-9a-f]{5}\"")),
    # Identifiers of System V.
    ("(msg|sem|shm)get", re.compile(r"(\)) = \d+$")),
    ("(msg(snd|rcv|ctl)|sem(op|ctl|timedop)|shm(at|ctl))", re.compile(r"(^\w+\()\d+")),
    ("(msg|sem|shm)ctl", re.compile(r"((?:msg|sem|shm)_[a-z]*time)=\d+")),
    # How much of a time is left.
    ("(ppoll|p?select6?)", re.compile(r"(left \{tv_sec)=\d+, tv_[un]sec=\d+")),
    ("kcmp", re.compile(r"(KCMP_FILE, 0, 1\)) *= \d")),
    ("(name_to_handle_at)", re.compile(r"(f_handle=)\"[^\"]*\"")),
]


def join(threads, thread, text):
    """Adds a line of a thread; what was interrupted by another thread's line goes on where it stopped."""
    lines = threads.setdefault(thread, [])
    resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", text)
    if resumed and lines and lines[-1].endswith("<unfinished ...>"):
        lines[-1] = lines[-1][:-len("<unfinished ...>")].removesuffix(" ") + resumed[1]
    else:
        lines.append(text)


def make_equal(line):
    line = ADDRESS.sub("ADDRESS", line)
    # Both align the results, but not where the line was interrupted.
    line = re.sub(r"\) +(= )", r") \1", line)
    name = NAME.match(line)
    for call, pattern in VARYING:
        if call is None or (name and re.fullmatch(call, name[0])):
            line = pattern.sub(r"\1=VARIES", line)
    return line


def family(threads, thread):
    """A thread and those it started, in the order in which it did: which of them is the first to run is chance."""
    yield thread
    for line in threads[thread]:
        child = CHILD.match(line)
        if child and child[1] in threads and child[1] != thread:
            yield from family(threads, child[1])


def ids_of(lines, tracer):
    """All process ids that a log may speak of."""
    return {match[1] for match in map(LINE.match, lines) if match} | {str(tracer)}


def are_mixed_up(log, other):
    """Whether a process id of one log is, by chance, some other number in the other one."""
    numbers = [set(re.findall(r"\b\d+\b", "\n".join(lines))) for lines, _ in (log, other)]
    return bool(ids_of(*log) & numbers[1] or ids_of(*other) & numbers[0])


def threads_of(lines, tracer):
    """The lines of each thread, with process ids replaced by the order in which the threads were started."""
    threads = {}
    for line in lines:
        match = LINE.match(line)
        if match:
            join(threads, match[1], match[2])
    if not threads:
        return []
    order = list(dict.fromkeys(family(threads, next(iter(threads)))))
    order += [thread for thread in threads if thread not in order]
    ids = {thread: f"PID{number}" for number, thread in enumerate(order)}
    ids[str(tracer)] = "TRACER"
    pattern = re.compile(r"\b(" + "|".join(ids) + r")\b")
    return [[make_equal(pattern.sub(lambda match: ids[match[1]], line)) for line in threads[thread]] for thread in order]
