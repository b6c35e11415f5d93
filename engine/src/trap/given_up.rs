//! What becomes of work that panicked too often: it is set aside for a person or put off, and the rest goes on.

use super::Work;
use crate::calendar::{DAY, HOUR};
use crate::config::Active;
use crate::delivery;
use crate::error::EngineError;
use crate::port::{Millis, Statements};
use crate::{binding, gap_check, job, stripe, timer};

/// The code of what cannot be handled, most likely until Daicho is updated.
pub(crate) const CODE: &str = "handling_failed";

/// Gives work up. Of work that marks records nothing becomes: it looks at no content.
pub(crate) fn give_up(
    tx: &dyn Statements,
    active: &Active,
    work: &Work,
    now: Millis,
) -> Result<(), EngineError> {
    match work {
        Work::Record { target, object_id } => delivery::set_aside(tx, target, object_id, now)?,
        Work::Lane(name) => {
            for bound in binding::all(tx)? {
                if crate::kintone::address_key(&bound.address) == *name {
                    binding::back_off(tx, &bound.target, now + HOUR)?;
                }
            }
        }
        Work::Read(id) => stripe::set_aside(tx, active, id, (CODE, now), now + DAY)?,
        Work::GapCheck => gap_check::defer(tx, CODE, now + HOUR, false)?,
        Work::Job(name) => job::give_up(tx, name, CODE, now)?,
        Work::Timer(name) => timer::set(tx, name, now + HOUR)?,
    }
    Ok(())
}
