"""What others would use for the same instance: one small file each, and an entry here."""

from benchmarks.peers.protocol import Peer

PEERS: tuple[Peer, ...] = (
    Peer(key="a", name="all pairs, one OR-Tools flow", module="flow", bytes_per_pair=170),
    Peer(key="b", name="SciPy matching, expanded seats", module="matching", bytes_per_pair=220),
    Peer(key="c", name="all pairs, HiGHS as LP", module="highs", bytes_per_pair=1_150),
    Peer(key="d", name="all pairs, PDLP", module="pdlp", bytes_per_pair=330),
    Peer(
        key="e",
        name="pandas merge, filter, linear_sum_assignment",
        module="pandas_first",
        by_rules=True,
        only=frozenset({"tiny", "pilot", "enschede"}),
    ),
    Peer(key="f", name="best pair first", module="greedy", bytes_per_pair=65),
    Peer(key="g", name="first come, first served", module="arrival", bytes_per_pair=65),
)
"""In the order of the table."""

__all__ = ["PEERS", "Peer"]
