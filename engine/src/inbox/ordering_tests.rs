use proptest::prelude::*;

use super::*;

const AT: i64 = 1_000;

fn event() -> Evidence {
    Evidence { created_s: AT, deleted: false, test_clock: false, whole: true, object_created_s: Some(10) }
}

fn standing(stale_before_s: i64, unsure_to_s: i64) -> Option<Standing> {
    let horizon = Horizon { stale_before_s, unsure_to_s };
    Some(Standing { horizon, deleted: false, test_clock: false })
}

fn tombstone() -> Option<Standing> {
    standing(0, 0).map(|object| Standing { deleted: true, ..object })
}

#[test]
fn an_event_is_decided_by_the_second_it_was_created_in() {
    assert_eq!(decide(standing(AT + 1, AT + 1), &event()), Verdict::Stale);
    assert_eq!(decide(standing(AT, AT), &event()), Verdict::Undecidable, "same second");
    assert_eq!(decide(standing(AT - 1, AT - 1), &event()), Verdict::Newer);
    assert_eq!(decide(standing(AT - 3, AT), &event()), Verdict::Undecidable, "in a read's window");
    assert_eq!(decide(standing(AT, AT + 3), &event()), Verdict::Undecidable, "in a read's window");
}

#[test]
fn only_a_whole_snapshot_is_applied() {
    let thin = Evidence { whole: false, ..event() };
    assert_eq!(decide(standing(0, 0), &thin), Verdict::Undecidable);
    assert_eq!(decide(standing(AT + 1, AT + 1), &thin), Verdict::Stale, "nothing to read for");
}

#[test]
fn an_unknown_object_is_taken_from_its_event_only_if_it_is_new() {
    let made = |seconds_before| Evidence { object_created_s: Some(AT - seconds_before), ..event() };
    assert_eq!(decide(None, &made(0)), Verdict::Newer);
    assert_eq!(decide(None, &made(5)), Verdict::Newer);
    assert_eq!(decide(None, &made(6)), Verdict::Undecidable);
    assert_eq!(decide(None, &Evidence { object_created_s: None, ..event() }), Verdict::Undecidable);
    assert_eq!(decide(None, &Evidence { whole: false, ..made(0) }), Verdict::Undecidable);
}

#[test]
fn nothing_brings_back_what_was_deleted() {
    assert_eq!(decide(tombstone(), &event()), Verdict::Stale);
    let under_clock = Evidence { test_clock: true, ..event() };
    assert_eq!(decide(tombstone(), &under_clock), Verdict::Stale);
    assert_eq!(decide(tombstone(), &Evidence { deleted: true, ..event() }), Verdict::Stale);
}

#[test]
fn a_deletion_is_proof_whenever_it_comes() {
    let deletion = Evidence { deleted: true, whole: false, ..event() };
    for object in [None, standing(0, 0), standing(AT, AT), standing(AT + 9, AT + 9)] {
        assert_eq!(decide(object, &deletion), Verdict::Deleted);
    }
    assert_eq!(decide(None, &Evidence { test_clock: true, ..deletion }), Verdict::Deleted);
}

#[test]
fn under_a_test_clock_nothing_is_decided_by_time() {
    let under_clock = Evidence { test_clock: true, ..event() };
    assert_eq!(decide(standing(AT + 9, AT + 9), &under_clock), Verdict::Undecidable);
    assert_eq!(decide(standing(0, 0), &under_clock), Verdict::Undecidable);
    let row_says = standing(AT + 9, AT + 9).map(|object| Standing { test_clock: true, ..object });
    assert_eq!(decide(row_says, &Evidence { whole: false, ..event() }), Verdict::Undecidable);
}

#[test]
fn the_window_of_a_read_is_its_date_less_and_plus_its_span_and_a_second() {
    assert_eq!(Window::dated(AT, 0), Window { from_s: AT - 1, to_s: AT + 2 });
    assert_eq!(Window::dated(AT, 1), Window { from_s: AT - 2, to_s: AT + 3 });
    assert_eq!(Window::dated(AT, 2_000), Window { from_s: AT - 3, to_s: AT + 4 });
    assert_eq!(Window::undated(9_900, 10_100), Window { from_s: 4, to_s: 16 });
}

#[test]
fn a_read_never_moves_the_horizon_back() {
    let before = Horizon { stale_before_s: AT + 5, unsure_to_s: AT + 5 };
    let settled = settle(Some(before), false, Window::dated(AT, 0));
    assert_eq!(settled, Settlement::Apply(before));
}

#[test]
fn a_state_that_came_during_the_read_wins_only_if_it_is_provably_newer() {
    let window = Window::dated(AT, 0);
    let snapshot = |second| Some(after_snapshot(second));
    assert_eq!(settle(snapshot(AT + 3), true, window), Settlement::Superseded);
    for second in AT - 1..=AT + 2 {
        assert_eq!(settle(snapshot(second), true, window), Settlement::Again, "{second}");
    }
    let horizon = Horizon { stale_before_s: AT - 1, unsure_to_s: AT + 2 };
    assert_eq!(settle(snapshot(AT - 2), true, window), Settlement::Apply(horizon));
}

/// A life of one object: for each change, the seconds since the one before.
fn life() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(0..4_i64, 1..8)
}

proptest! {
    /// Any order of delivery of an object's snapshots, with repetitions, ends in the newest state or
    /// in a read; and never does an older state replace a newer one for good.
    #[test]
    fn any_order_ends_in_the_newest_state_or_in_a_read(
        gaps in life(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..24),
    ) {
        let seconds: Vec<i64> = gaps.iter().scan(AT, |at, gap| { *at += gap; Some(*at) }).collect();
        let newest = seconds.len() - 1;
        let mut deliveries: Vec<usize> = order.iter().map(|index| index.index(seconds.len())).collect();
        deliveries.extend(0..seconds.len());
        let (mut row, mut asked): (Option<(Horizon, usize)>, bool) = (None, false);
        for change in deliveries {
            let known = row.map(|(horizon, _)| Standing { horizon, deleted: false, test_clock: false });
            let said = Evidence { created_s: seconds[change], object_created_s: Some(AT), ..event() };
            match decide(known, &said) {
                Verdict::Newer => row = Some((after_snapshot(seconds[change]), change)),
                Verdict::Undecidable => asked = true,
                Verdict::Stale | Verdict::Deleted => {}
            }
        }
        prop_assert!(asked || row.map(|(_, change)| change) == Some(newest));
    }

    /// Whatever the clocks and the network do, an event of the second in which a read's state was
    /// taken is undecidable: it may have been covered by the answer, and it may not.
    #[test]
    fn the_second_in_which_a_read_was_answered_is_undecidable(
        dated_ms in AT * 1_000..(AT + 20) * 1_000,
        span in 0..5_000_i64,
        sent_before in 0..5_000_i64,
        taken_after in 0..5_000_i64,
        skew in -1_000..=1_000_i64,
    ) {
        let sent_ms = dated_ms - sent_before.min(span);
        let taken_ms = sent_ms + taken_after.min(span) + skew;
        let window = Window::dated(dated_ms.div_euclid(1_000), span);
        let Settlement::Apply(horizon) = settle(None, false, window) else {
            return Err(TestCaseError::fail("a first read applies"));
        };
        let object = Some(Standing { horizon, deleted: false, test_clock: false });
        let said = Evidence { created_s: taken_ms.div_euclid(1_000), ..event() };
        prop_assert_eq!(decide(object, &said), Verdict::Undecidable);
    }
}
