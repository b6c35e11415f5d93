//! What will not succeed by itself.

use super::Refusal;
use super::contract::{Failed, Failures, FailuresRequest};
use super::home::count;
use super::record::Stored;
use crate::delivery::letters::{DeadLetter, Filter, Values};
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

    fn failed(&self, letter: DeadLetter) -> Result<Failed, EngineError> {
        let named = |text: String| Some(text).filter(|text| !text.is_empty());
        let url = match self.active() {
            Some(active) => match active.target(&letter.target) {
                Some(target) => {
                    let stored = Stored::read(&self.world, &target.name, &letter.object_id)?;
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
