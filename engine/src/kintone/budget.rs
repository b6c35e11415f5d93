//! The requests of a day, paced: kintone allows an app so many from 09:00 in Japan, by all its clients
//! together, and ours is a share.
//!
//! Usually nothing is slowed down. Once the day would exceed the share at its present pace, the requests that
//! are left are spread over the time that is left; when none is left, nothing is sent until 09:00.

use daicho_core::kintone::AppAddress;

use super::count::day;
use super::{address_key, breaker};
use crate::calendar::DAY;
use crate::mutant::{self, Mutant};
use crate::port::{Millis, Query, SqlError};

/// Whether an app may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaySend {
    /// Now.
    Now,
    /// Not before this moment.
    Wait(Millis),
}

/// How an app stands with its requests of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Sent since the last 09:00 in Japan.
    pub(crate) used: i64,
    /// How many may be.
    pub(crate) share: i64,
    /// The time between two, once they are spread.
    pub(crate) gap: Option<Millis>,
    /// Nothing is sent before; 0 where nothing stands in the way.
    pub(crate) until: Millis,
}

impl Budget {
    /// Whether the share is used up.
    pub(crate) fn is_spent(&self) -> bool {
        self.used >= self.share
    }
}

/// Whether a step that asks the app may begin: its domain answers, and the day's share allows it.
/// `share` is what the connections say
/// ([`Connections::daily_requests`](daicho_core::connections::Connections::daily_requests)).
///
/// # Errors
/// SQLite's refusal.
pub fn may_send(
    sql: &(impl Query + ?Sized),
    app: &AppAddress,
    share: u32,
    now: Millis,
) -> Result<MaySend, SqlError> {
    let until = breaker::until(sql, &app.domain)?.max(budget(sql, app, share, now)?.until);
    Ok(if until > now { MaySend::Wait(until) } else { MaySend::Now })
}

/// How an app stands with its requests of today.
pub(crate) fn budget(
    sql: &(impl Query + ?Sized),
    app: &AppAddress,
    share: u32,
    now: Millis,
) -> Result<Budget, SqlError> {
    let text = "SELECT count, last FROM request_count WHERE app = ?1 AND day = ?2";
    let rows = sql.query(text, &[address_key(app).into(), day(now).into()])?;
    let (used, last) = match rows.first() {
        Some(row) => (row.integer(0)?, row.integer(1)?),
        None => (0, 0),
    };
    let used = if mutant::on(Mutant::IgnoreBudget) { 0 } else { used };
    let share = i64::from(share);
    let end = (now.div_euclid(DAY) + 1) * DAY;
    let gap = (used < share && projected(used, end - last) > share).then(|| (end - last) / (share - used));
    let until = if used >= share { end } else { gap.map_or(0, |gap| last + gap) };
    Ok(Budget { used, share, gap, until })
}

/// What the day comes to, if the rest of it goes on as a whole day of what was sent so far would. Not at
/// the pace so far: most of a day's work falls into a few hours, and a first import right after 09:00
/// says nothing of the evening.
fn projected(used: i64, left: Millis) -> i64 {
    used.saturating_add(used.saturating_mul(left.clamp(0, DAY)) / DAY)
}

#[cfg(test)]
mod tests {
    use daicho_core::kintone::AppId;

    use super::super::count;
    use super::*;
    use crate::port::{Clock as _, Sql as _};
    use crate::test_world::TestWorld;

    fn app() -> AppAddress {
        AppAddress { domain: "example.cybozu.com".to_owned(), guest_space: None, app: AppId(1) }
    }

    fn send(world: &TestWorld, requests: i64) {
        for _ in 0..requests {
            let now = world.now();
            world.transaction(|tx| count::add(tx, &app(), now)).unwrap();
        }
    }

    /// Sends whenever it may, until the day is over; how many those were, and the most within an hour.
    fn a_busy_day(world: &TestWorld, share: u32) -> (i64, i64) {
        let begin = world.now();
        let (mut sent, mut hours) = (0, [0; 25]);
        while world.now() < begin + DAY {
            match may_send(world, &app(), share, world.now()).unwrap() {
                MaySend::Now => {
                    send(world, 1);
                    sent += 1;
                    hours[usize::try_from((world.now() - begin) / 3_600_000).unwrap()] += 1;
                    world.pass(1_000);
                }
                MaySend::Wait(until) => {
                    assert!(until > world.now());
                    world.now.set(until);
                }
            }
        }
        (sent, hours.into_iter().skip(1).max().unwrap())
    }

    #[test]
    fn an_ordinary_day_is_not_slowed() {
        let world = TestWorld::new();
        for _ in 0..9 {
            send(&world, 300);
            assert_eq!(may_send(&world, &app(), 5_000, world.now()), Ok(MaySend::Now));
            world.pass(3_600_000);
        }
    }

    #[test]
    fn a_day_that_would_take_more_is_spread_to_its_end_and_never_does() {
        let world = TestWorld::new();
        let (sent, most_an_hour) = a_busy_day(&world, 500);
        assert!((480..=500).contains(&sent), "{sent}");
        assert!(most_an_hour <= 12, "what is left is spread evenly: {most_an_hour} within an hour");
    }

    #[test]
    fn the_gap_is_the_time_left_by_the_requests_left() {
        let world = TestWorld::new();
        send(&world, 60);
        let budget = budget(&world, &app(), 100, world.now()).unwrap();
        assert_eq!((budget.used, budget.gap), (60, Some(DAY / 40)));
        assert_eq!(may_send(&world, &app(), 100, world.now()), Ok(MaySend::Wait(world.now() + DAY / 40)));
    }

    #[test]
    fn at_the_ceiling_writing_holds_until_nine_in_japan() {
        let world = TestWorld::new();
        world.pass(3_600_000);
        send(&world, 100);
        let nine = (world.now() / DAY + 1) * DAY;
        assert_eq!(may_send(&world, &app(), 100, world.now()), Ok(MaySend::Wait(nine)));
        assert_eq!(may_send(&world, &app(), 100, nine), Ok(MaySend::Now));
    }
}
