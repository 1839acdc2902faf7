"""The law of records: what counts, what is carried on, and that recording twice changes nothing."""

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.recording.answers import Answer, Place
from matcher.recording.state import DECLINED, HELD, Fate, Fates, Night, Pair, folded, proposed_again
from matcher.recording.weigh import Weighing, weighed

DAY = dt.date(2026, 11, 21)
RETRY = 180
STATUSES = ("proposed", "accepted", "started", "ended", "declined_candidate", "declined_employer")
PEOPLE, VACANCIES = ("k-1", "k-2", "k-3"), ("v-1", "v-2")
PAIRS = [Pair(person, vacancy) for person in PEOPLE for vacancy in VACANCIES]
HERE = Place("a.csv", 2, "Status")


def day(after: int) -> dt.date:
    return DAY + dt.timedelta(days=after)


def night(*proposed: Pair, reserve: tuple[Pair, ...] = (), knew: bool = True) -> Night:
    return Night(day=DAY, retry_days=RETRY, proposed=frozenset(proposed), reserve=frozenset(reserve), knew=knew)


def said(pair: Pair, status: str, when: dt.date | None = None) -> tuple[Pair | None, Answer]:
    return pair, Answer(pair.candidate_id, pair.vacancy_id, status, when, HERE)


def weigh(earlier: Fates, plan: Night, *answers: tuple[Pair | None, Answer]) -> Weighing:
    return weighed(proposed_again(earlier, plan), answers, plan, day=DAY, openings=dict.fromkeys(VACANCIES, 1))


def last(done: Weighing, pair: Pair) -> Fate:
    return done.fates[pair][-1]


ONE, TWO = Pair("k-1", "v-1"), Pair("k-1", "v-2")


def test_a_proposal_without_an_answer_stays_proposed_since_its_first_day() -> None:
    done = weigh({ONE: (Fate("proposed", day(-3)),)}, night(ONE, Pair("k-2", "v-2")))
    assert last(done, ONE) == Fate("proposed", day(-3))
    assert last(done, Pair("k-2", "v-2")) == Fate("proposed", DAY)
    assert not done.problems and not done.changed


def test_a_proposal_that_the_plan_does_not_make_any_more_is_forgotten() -> None:
    assert not weigh({ONE: (Fate("proposed", day(-3)),)}, night()).fates


@pytest.mark.parametrize("status", ["accepted", "started"])
@pytest.mark.parametrize("when", [None, day(-4000), day(0)])
def test_who_has_work_stays_on_record_whatever_the_plan_holds(status: str, when: dt.date | None) -> None:
    fate = Fate(status, when)
    for plan in (night(), night(ONE), night(TWO)):
        assert last(weigh({ONE: (fate,)}, plan), ONE) == fate


@pytest.mark.parametrize(("when", "stays"), [(day(-179), True), (day(-180), False), (None, True)])
def test_a_decline_is_on_record_as_long_as_it_holds(when: dt.date | None, stays: bool) -> None:
    assert (ONE in weigh({ONE: (Fate("declined_employer", when),)}, night()).fates) == stays


def test_an_ending_that_the_plan_knew_gives_way_to_its_new_proposal() -> None:
    ended = {ONE: (Fate("ended", day(-5)),)}
    assert last(weigh(ended, night(ONE)), ONE) == Fate("proposed", DAY)
    assert last(weigh(ended, night(ONE, knew=False)), ONE) == Fate("ended", day(-5)), "it was recorded since"


def test_of_several_answers_the_latest_counts_and_of_one_day_the_one_further_on() -> None:
    done = weigh({}, night(ONE), said(ONE, "accepted", day(3)), said(ONE, "declined_employer", day(1)))
    assert last(done, ONE) == Fate("accepted", day(3))
    done = weigh({}, night(ONE), said(ONE, "started"), said(ONE, "accepted"), said(ONE, "proposed", day(9)))
    assert last(done, ONE) == Fate("started", DAY) and done.used == 3 and not done.problems


def test_contradictions_are_named_and_none_of_them_used() -> None:
    done = weigh({}, night(ONE), said(ONE, "accepted"), said(ONE, "declined_candidate"))
    assert [one.code for one in done.problems] == ["CONTRADICTION"] * 2
    assert last(done, ONE) == Fate("proposed", DAY) and done.used == 0


def test_two_declines_still_decline() -> None:
    done = weigh({}, night(ONE), said(ONE, "declined_employer"), said(ONE, "declined_candidate"))
    assert last(done, ONE).status == "declined_candidate"
    assert {one.code for one in done.problems} == {"TWO_DECLINES"}


def test_an_older_answer_does_not_undo_a_newer_record() -> None:
    done = weigh({ONE: (Fate("started", day(-1)),)}, night(ONE), said(ONE, "declined_employer", day(-4)))
    assert last(done, ONE) == Fate("started", day(-1))
    assert [one.code for one in done.problems] == ["OLDER"]
    assert last(weigh({}, night(ONE), said(ONE, "started", day(-4))), ONE).status == "started", (
        "a proposal is no answer"
    )


def test_nobody_has_work_twice() -> None:
    started = {ONE: (Fate("started", day(-9)),)}
    done = weigh(started, night(ONE), said(TWO, "accepted"))
    assert [one.code for one in done.problems] == ["TWO_PLACES"] and TWO not in done.fates
    done = weigh({}, night(ONE), said(ONE, "accepted"), said(TWO, "accepted"))
    assert last(done, ONE).status == "proposed" and TWO not in done.fates and len(done.problems) == 2
    done = weigh(started, night(ONE), said(ONE, "ended", day(1)), said(TWO, "started", day(2)))
    assert last(done, TWO).status == "started" and not done.problems


def test_more_people_than_openings_is_said_and_recorded() -> None:
    other = Pair("k-2", "v-1")
    done = weigh({}, night(ONE, other), said(ONE, "accepted"), said(other, "accepted"))
    assert {one.code for one in done.problems} == {"OVERFILLED"} and done.used == 2
    assert last(done, ONE).status == last(done, other).status == "accepted"


def test_a_date_far_away_and_a_pair_nobody_knows_are_refused() -> None:
    stranger = (None, Answer("k-9", "v-9", "started", None, HERE))
    done = weigh({}, night(ONE), said(ONE, "started", day(400)), stranger)
    assert sorted(one.code for one in done.problems) == ["FUTURE_DATE", "UNKNOWN_PAIR"] and done.used == 0


def test_a_decline_stays_in_force_behind_what_comes_after_it() -> None:
    declined = Fate("declined_candidate", day(-10))
    done = weigh({ONE: (declined,)}, night(), said(ONE, "accepted", day(1)))
    assert done.fates[ONE] == (declined, Fate("accepted", day(1)))
    forever = Fate("declined_employer", None)
    assert weigh({ONE: (forever,)}, night(), said(ONE, "declined_candidate")).fates[ONE][0] == forever


DAYS = st.one_of(st.none(), st.integers(-400, 300).map(day))
FATES = st.builds(Fate, st.sampled_from(STATUSES), DAYS)
ROWS = st.lists(st.tuples(st.sampled_from(PAIRS), FATES), max_size=8)
ANSWERS = st.lists(st.builds(said, st.sampled_from(PAIRS), st.sampled_from(STATUSES), DAYS), max_size=8)
SETS = st.sets(st.sampled_from(PAIRS)).map(tuple)


def findable(
    earlier: Fates, plan: Night, answers: list[tuple[Pair | None, Answer]], late: bool
) -> list[tuple[Pair | None, Answer]]:
    """The answers with the pairs that a record knows: on record, proposed, on a shortlist; where ``late`` all of them."""
    known = {*proposed_again(earlier, plan), *plan.reserve}
    return [(pair if late or pair in known else None, answer) for pair, answer in answers]


@settings(max_examples=400)
@given(rows=ROWS, answers=ANSWERS, proposed=SETS, reserve=SETS, seed=st.integers(0, 99))
def test_recording_twice_or_in_another_order_changes_nothing(
    rows: list[tuple[Pair, Fate]],
    answers: list[tuple[Pair | None, Answer]],
    proposed: tuple[Pair, ...],
    reserve: tuple[Pair, ...],
    seed: int,
) -> None:
    earlier = folded(
        [(pair, fate) for pair, fate in rows if fate.status != "proposed" or (fate.day or DAY) <= DAY],
        on=DAY,
        retry_days=RETRY,
    )
    plan = night(*proposed, reserve=reserve)
    for late in (False, True):
        first = weigh(earlier, plan, *findable(earlier, plan, answers, late))
        shuffled = random.Random(seed).sample(answers, len(answers))
        assert weigh(earlier, plan, *findable(earlier, plan, shuffled, late)).fates == first.fates
        back = folded([(pair, fate) for pair, told in first.fates.items() for fate in told], on=DAY, retry_days=RETRY)
        assert back == first.fates
        again = night(*proposed, reserve=reserve, knew=back == earlier)
        assert weigh(back, again, *findable(back, again, answers, late)).fates == first.fates


@settings(max_examples=400)
@given(rows=ROWS, answers=ANSWERS, proposed=SETS)
def test_nothing_is_lost(
    rows: list[tuple[Pair, Fate]], answers: list[tuple[Pair | None, Answer]], proposed: tuple[Pair, ...]
) -> None:
    earlier = folded(rows, on=DAY, retry_days=RETRY)
    done = weigh(earlier, night(*proposed), *answers)
    asked = {pair for pair, _ in answers}
    for pair, told in earlier.items():
        now = done.fates.get(pair, ())
        if told[-1].status in HELD and pair not in asked:
            assert now == told
        if any(fate.status in DECLINED and fate.in_force(DAY, RETRY) for fate in told):
            assert any(fate.status in HELD | DECLINED | {"ended", "proposed"} for fate in now)
            assert any(fate.in_force(DAY, RETRY) for fate in now) or now[-1].status in DECLINED
    assert set(proposed) <= set(done.fates)
