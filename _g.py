import sys, tempfile, pathlib, time
from benchmarks.gap_library import *
from matcher.pipeline import prepare
from matcher.pairing.source import rule_source
from matcher.rules.limits import limited_model
from matcher.solvers import SolveParams
from matcher.solvers.limited import solve_limited
from matcher.progress import SILENT

lo, hi, lim = map(int, sys.argv[1:4])
for one in sorted(published(), key=lambda o: o.pairs):
    if not lo < one.pairs <= hi:
        continue
    d = pathlib.Path(tempfile.mkdtemp())
    write_bundle(one, d, seconds=60)
    r = read_bundle(d)
    pol = parse_policy(r.policy_text)
    case = prepare(r.raw, pol, pol.run.run_date)
    m = limited_model(
        case.problem,
        pol,
        case.codebook,
        case.context(),
        case.wage(),
        rule_source(case.problem, pol, threads=1).everything(),
    )
    t = time.time()
    try:
        x = solve_limited(m, SolveParams(gap=0.0, time_limit_s=lim), SILENT)
    except Exception as e:
        print(one.name, "EXC", repr(e)[:200])
        continue
    t = time.time() - t
    most = one.worth * one.cost.shape[1]
    if x.seat_of is None:
        print(one.name, x.status)
        continue
    c = most - x.objective
    b = most - x.upper_bound
    print(
        f"{one.name:28} {one.pairs:6} cost {c} best {one.best_known} opt {one.optimum} above {c / one.best_known - 1:.4%} bound {b} searchbound {most - x.search_bound} {x.status.value} {x.stopped} {t:.1f}s placed {(x.seat_of >= 0).sum()}",
        "WRONG" if c < (one.optimum or 0) or b > one.best_known or most - x.search_bound > one.best_known else "",
        flush=True,
    )
