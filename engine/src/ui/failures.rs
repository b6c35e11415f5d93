//! What will not succeed by itself: shown, sent again, left for good.

use super::contract::{Discard, Failed, Failures, FailuresRequest, Replay, Replayed};
use super::home::count;
use super::stored::Stored;
use super::{Caller, Refusal};
use crate::delivery::letters::{DeadLetter, Filter, Values, Which};
use crate::error::EngineError;
use crate::port::{Query as _, World};
use crate::tenant::Tenant;

/// Failures a page.
const PAGE: u32 = 50;

impl<W: World> Tenant<W> {
    pub(super) fn ui_failures(&self, asked: &FailuresRequest) -> Result<Failures, Refusal> {
        let rows = self.world.query("SELECT count(*) FROM dead_letter", &[])?;
        let total = rows.first().map_or(Ok(0), |row| row.integer(0))?;
        let letters =
            self.dead_letters(&Filter::default(), asked.after.unwrap_or(0), PAGE, Values::Redacted)?;
        let failures = letters.into_iter().map(|letter| self.failed(letter));
        Ok(Failures { total: count(total), failures: failures.collect::<Result<_, EngineError>>()? })
    }

    pub(super) fn ui_replay(&self, asked: Replay) -> Result<Replayed, Refusal> {
        self.configured()?;
        let filter = match asked {
            Replay::Ids(ids) => {
                let asked = ids.len();
                let done = self.replay_dead_letters(&Which::Ids(ids))?;
                if done.replayed == 0 && asked > 0 {
                    return Err(Refusal::no_such_failure());
                }
                return Ok(Replayed { count: as_count(done.replayed) });
            }
            Replay::Code(code) => Filter { code: Some(code), ..Filter::default() },
            Replay::All(true) => Filter::default(),
            Replay::All(false) => return Ok(Replayed { count: 0 }),
        };
        let (mut count, mut after) = (0, Some(0));
        while let Some(from) = after {
            let some = self.replay_dead_letters(&Which::Kind { filter: filter.clone(), after: from })?;
            count += some.replayed;
            after = some.next;
        }
        Ok(Replayed { count: as_count(count) })
    }

    pub(super) fn ui_discard(&self, asked: &Discard, caller: &Caller) -> Result<Replayed, Refusal> {
        self.discard_dead_letters(&asked.ids, &asked.reason, &caller.user)?;
        Ok(Replayed { count: as_count(asked.ids.len()) })
    }

    fn failed(&self, letter: DeadLetter) -> Result<Failed, EngineError> {
        let named = |text: String| Some(text).filter(|text| !text.is_empty());
        let url = match self.active() {
            Some(active) => match active.target(&letter.target) {
                Some(target) => {
                    let stored =
                        Stored::read(&self.world, &target.name, &letter.object_id, self.world.now())?;
                    self.url_of(&active, target, &stored)
                }
                None => None,
            },
            None => None,
        };
        Ok(Failed {
            id: letter.id,
            target: named(letter.target),
            object: named(letter.object_id),
            code: letter.code,
            field: letter.field,
            text: letter.text,
            first: letter.first,
            last: letter.last,
            attempts: count(letter.attempts),
            url,
        })
    }
}

fn as_count(letters: usize) -> u64 {
    u64::try_from(letters).unwrap_or(u64::MAX)
}
