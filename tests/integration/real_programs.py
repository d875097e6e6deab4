# SPDX-License-Identifier: MIT
"""Programs from Debian packages whose reports are to be read by others."""
import shutil

REAL_PROGRAMS = [
    ["/usr/bin/python3", "-c", "import json"],
    ["perl", "-e", "my %h = map { $_ => [1] } 1..500"],
    ["gcc", "-x", "c", "-c", "-o", "/dev/null", "/dev/null"],
    ["git", "version", "--build-options"],
    ["sqlite3", ":memory:", "create table t(a); insert into t values(1); select * from t"],
]


def installed_programs():
    """Those commands that can be run here."""
    return [command for command in REAL_PROGRAMS if shutil.which(command[0])]
