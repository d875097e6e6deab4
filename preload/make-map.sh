#!/bin/sh
# Prints the linker's version script: what hooks.def names, and the few symbols besides.
# usage: make-map.sh HOOKS.DEF
set -eu
echo '{ global:'
sed -n 's/^HOOK(\([A-Za-z0-9_]*\),.*/  \1;/p' "$1"
cat <<END
  lw_ledger; lw_late;
  __lsan_do_leak_check; __lsan_do_recoverable_leak_check; __lsan_disable; __lsan_enable; __lsan_ignore_object;
  __lsan_register_root_region; __lsan_unregister_root_region;
  leakwatch_check; leakwatch_mark; leakwatch_rt_begin;
local: *; };
END
