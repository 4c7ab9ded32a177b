"""Every question, one table each: `python benchmarks`."""

import against_peers
import attributes
import compiling
import importing
import windows
from harness import effort
from peers import PEERS
from report import machine, table

asked = effort(__doc__)
print(machine(["attrs", "python-dateutil", *(kind.distribution for kind in PEERS)]))
for question in (attributes, windows, against_peers, compiling, importing):
    title = question.__name__.replace("_", " ").capitalize()
    print(f"\n## {title}\n\n{(question.__doc__ or '').strip()}\n")
    print(table(question.rows(asked)), flush=True)
