//! The objects to be read, as rows.

use daicho_core::stripe::Kind;

use crate::mutant::{self, Mutant};
use crate::port::{Millis, Query, SqlError, Statements};
use crate::stripe::client::Failure;

/// One object or list to be read, as it stood when the read began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The object's id, or a list's name: `cus_1/charges`.
    pub object_id: String,
    pub kind: Kind,
    pub version: i64,
    pub attempts: i64,
    /// Failures that were its own or the key's.
    pub refused: i64,
}

/// After so many failures that are an object's own or the key's, it is a dead letter: some minutes after the
/// first. It is still tried, at longer and longer intervals.
pub(crate) const GIVEN_UP: i64 = 8;

/// Asks for a read. While one is under way it raises the version, so that one more follows. What was given
/// up is tried at once: something about it changed; and what was to be read with many others goes before them.
pub(crate) fn ask(tx: &dyn Statements, kind: &Kind, object_id: &str) -> Result<(), SqlError> {
    let sql = "INSERT INTO read (object_id, kind, version) VALUES (?1, ?2, 1)
               ON CONFLICT (object_id) DO UPDATE SET version = version + 1,
                 not_before = CASE WHEN refused >= ?3 OR not_before = 1 THEN 0 ELSE not_before END";
    tx.exec(sql, &[object_id.into(), kind.as_str().into(), GIVEN_UP.into()]).map(drop)
}

/// Asks for a read of what was never read, unless that is asked for already: an answer that is under way
/// is as good as another, for what changes after it comes by events.
pub(crate) fn ask_once(tx: &dyn Statements, kind: &Kind, object_id: &str) -> Result<(), SqlError> {
    let sql = "INSERT INTO read (object_id, kind, version) VALUES (?1, ?2, 1)
               ON CONFLICT (object_id) DO UPDATE SET not_before = 0 WHERE not_before = 1";
    tx.exec(sql, &[object_id.into(), kind.as_str().into()]).map(drop)
}

/// The same with many others, after what events wait for.
pub(crate) fn ask_later(tx: &dyn Statements, kind: &Kind, name: &str) -> Result<(), SqlError> {
    let sql = "INSERT INTO read (object_id, kind, version, not_before) VALUES (?1, ?2, 1, 1)
               ON CONFLICT DO NOTHING";
    tx.exec(sql, &[name.into(), kind.as_str().into()]).map(drop)
}

/// Whether a read is asked for.
pub(crate) fn is_asked(query: &(impl Query + ?Sized), object_id: &str) -> Result<bool, SqlError> {
    let rows = query.query("SELECT 1 FROM read WHERE object_id = ?1", &[object_id.into()])?;
    Ok(!rows.is_empty())
}

/// Whether a read is asked for that will end soon: one that was given up waits long for its next try.
pub(crate) fn is_waited_for(
    query: &(impl Query + ?Sized),
    object_id: &str,
    now: Millis,
) -> Result<bool, SqlError> {
    let sql = "SELECT 1 FROM read WHERE object_id = ?1 AND (refused < ?2 OR not_before <= ?3)";
    Ok(!query.query(sql, &[object_id.into(), GIVEN_UP.into(), now.into()])?.is_empty())
}

/// Takes the request back: the answer is known.
pub(crate) fn withdraw(tx: &dyn Statements, object_id: &str) -> Result<(), SqlError> {
    tx.exec("DELETE FROM read WHERE object_id = ?1", &[object_id.into()]).map(drop)
}

/// Ends the request that was claimed. One that was raised meanwhile stays and is due at once.
pub(crate) fn settle(tx: &dyn Statements, asked: &Asked) -> Result<(), SqlError> {
    let id = asked.object_id.as_str();
    let done = if mutant::on(Mutant::SettleReadWithoutVersion) {
        "DELETE FROM read WHERE object_id = ?1 AND version >= ?2"
    } else {
        "DELETE FROM read WHERE object_id = ?1 AND version = ?2"
    };
    tx.exec(done, &[id.into(), asked.version.into()])?;
    // It was read: what it failed by before says nothing of the next time.
    let anew = "UPDATE read SET attempts = 0, refused = 0, told = 0, not_before = 0, last_error = NULL
                WHERE object_id = ?1";
    tx.exec(anew, &[id.into()]).map(drop)
}

/// Makes the request due at once, where it still stands.
pub(crate) fn again(tx: &dyn Statements, object_id: &str) -> Result<(), SqlError> {
    let sql = "UPDATE read SET attempts = 0, not_before = 0, last_error = NULL WHERE object_id = ?1";
    tx.exec(sql, &[object_id.into()]).map(drop)
}

/// Puts the request off after a failure. Not one that was made due meanwhile: with another key it may succeed. Answers
/// whether it was put off.
pub(crate) fn defer(
    tx: &dyn Statements,
    asked: &Asked,
    failure: &Failure,
    not_before: Millis,
) -> Result<bool, SqlError> {
    let sql =
        "UPDATE read SET attempts = attempts + 1, not_before = ?2, last_error = ?3, refused = refused + ?4
               WHERE object_id = ?1 AND attempts = ?5 RETURNING 1";
    let own = i64::from(!failure.meets_all);
    let (id, code) = (asked.object_id.as_str(), failure.code.as_str());
    let rows =
        tx.exec(sql, &[id.into(), not_before.into(), code.into(), own.into(), asked.attempts.into()])?;
    Ok(!rows.is_empty())
}

/// Gives the request up until then. Answers its kind, where it still stands.
pub(super) fn give_up(
    tx: &dyn Statements,
    object_id: &str,
    code: &str,
    until: Millis,
) -> Result<Option<Kind>, SqlError> {
    let sql = "UPDATE read SET attempts = attempts + 1, not_before = ?2, last_error = ?3,
                 refused = max(refused, ?4) WHERE object_id = ?1 RETURNING kind";
    let rows = tx.exec(sql, &[object_id.into(), until.into(), code.into(), GIVEN_UP.into()])?;
    Ok(rows.first().map(|row| row.text(0)).transpose()?.map(Kind::from_object))
}

/// Whether people are to be told that it cannot be read: once for each version that was asked for.
pub(crate) fn is_to_be_told(tx: &dyn Statements, object_id: &str) -> Result<bool, SqlError> {
    let sql = "UPDATE read SET told = version WHERE object_id = ?1 AND refused >= ?2 AND told < version
               RETURNING version";
    Ok(!tx.exec(sql, &[object_id.into(), GIVEN_UP.into()])?.is_empty())
}

/// Whether it failed so often by itself that nobody waits for it any more.
pub(crate) fn is_given_up(query: &(impl Query + ?Sized), object_id: &str) -> Result<bool, SqlError> {
    let sql = "SELECT 1 FROM read WHERE object_id = ?1 AND refused >= ?2";
    Ok(!query.query(sql, &[object_id.into(), GIVEN_UP.into()])?.is_empty())
}

/// Makes what was given up due at once: the object, and what its record looks at.
pub(crate) fn retry(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    let own = "UPDATE read SET not_before = 0 WHERE object_id = ?1 AND refused >= ?2";
    tx.exec(own, &[object_id.into(), GIVEN_UP.into()])?;
    let seen = "UPDATE read SET not_before = 0 WHERE refused >= ?3 AND object_id IN
                  (SELECT on_id FROM depends WHERE target = ?1 AND object_id = ?2)";
    tx.exec(seen, &[target.into(), object_id.into(), GIVEN_UP.into()]).map(drop)
}

/// Makes every request due at once that was put off: the configuration changed and may have mended what failed. Lists
/// keep their place after single objects.
pub(crate) fn retry_all(tx: &dyn Statements) -> Result<(), SqlError> {
    let sql = "UPDATE read SET attempts = 0, not_before = instr(object_id, '/') > 0 WHERE not_before > 1";
    tx.exec(sql, &[]).map(drop)
}

/// Up to `limit` requests due by `now`: what events wait for, then what was put off, then what is asked for with many
/// others, of which there may be a hundred thousand.
pub(crate) fn due(query: &(impl Query + ?Sized), now: Millis, limit: i64) -> Result<Vec<Asked>, SqlError> {
    let mut asked = Vec::new();
    for (from, to) in [(0, 0), (2, now), (1, 1)] {
        let room = limit - i64::try_from(asked.len()).unwrap_or(limit);
        let sql = "SELECT object_id, kind, version, attempts, refused FROM read
                   WHERE not_before BETWEEN ?1 AND ?2 AND not_before <= ?3 ORDER BY not_before, object_id LIMIT ?4";
        for row in query.query(sql, &[from.into(), to.into(), now.into(), room.max(0).into()])? {
            asked.push(Asked {
                object_id: row.text(0)?.to_owned(),
                kind: Kind::from_object(row.text(1)?),
                version: row.integer(2)?,
                attempts: row.integer(3)?,
                refused: row.integer(4)?,
            });
        }
    }
    Ok(asked)
}

/// When the earliest request is due.
pub(crate) fn earliest(query: &(impl Query + ?Sized)) -> Result<Option<Millis>, SqlError> {
    let rows = query.query("SELECT min(not_before) FROM read", &[])?;
    rows.first().map_or(Ok(None), |row| row.optional_integer(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Sql as _;
    use crate::test_world::TestWorld;

    #[test]
    fn what_was_put_off_is_due_with_a_new_configuration_and_lists_come_after_objects() {
        let world = TestWorld::new();
        world
            .transaction(|tx| {
                ask_later(tx, &Kind::Customer, "cus_1/charges")?;
                ask(tx, &Kind::Invoice, "in_1")?;
                tx.exec("UPDATE read SET attempts = 3, not_before = 900", &[])?;
                ask_later(tx, &Kind::Customer, "cus_2/charges")?;
                retry_all(tx)
            })
            .unwrap();
        let due = due(&world, 1, 9).unwrap();
        let due: Vec<(&str, i64)> =
            due.iter().map(|asked| (asked.object_id.as_str(), asked.attempts)).collect();
        assert_eq!(due, [("in_1", 0), ("cus_1/charges", 0), ("cus_2/charges", 0)]);
    }

    #[test]
    fn what_an_event_waits_for_and_failed_once_goes_before_what_many_are_read_for() {
        let world = TestWorld::new();
        world
            .transaction(|tx| {
                ask_later(tx, &Kind::Customer, "cus_1/charges")?;
                ask(tx, &Kind::Invoice, "in_1")?;
                tx.exec("UPDATE read SET not_before = 900 WHERE object_id = 'in_1'", &[])?;
                ask(tx, &Kind::Invoice, "in_2")
            })
            .unwrap();
        let due = |now, limit| due(&world, now, limit).unwrap().into_iter().map(|asked| asked.object_id);
        assert_eq!(due(899, 9).collect::<Vec<_>>(), ["in_2", "cus_1/charges"]);
        assert_eq!(due(900, 9).collect::<Vec<_>>(), ["in_2", "in_1", "cus_1/charges"]);
        assert_eq!(due(900, 2).collect::<Vec<_>>(), ["in_2", "in_1"]);
    }

    #[test]
    fn what_a_job_looks_at_is_read_after_what_events_wait_for_unless_one_waits_for_it_too() {
        let world = TestWorld::new();
        world
            .transaction(|tx| {
                for id in ["cus_1", "cus_2", "cus_3"] {
                    ask_later(tx, &Kind::Customer, id)?;
                }
                ask(tx, &Kind::Subscription, "sub_1")?;
                ask(tx, &Kind::Customer, "cus_2")?;
                ask_once(tx, &Kind::Customer, "cus_3")
            })
            .unwrap();
        let due: Vec<_> = due(&world, 1, 9).unwrap().into_iter().map(|asked| asked.object_id).collect();
        assert_eq!(due, ["cus_2", "cus_3", "sub_1", "cus_1"]);
    }

    #[test]
    fn what_was_read_after_all_may_fail_as_often_as_anything_else() {
        let world = TestWorld::new();
        world
            .transaction(|tx| {
                ask(tx, &Kind::Invoice, "in_1")?;
                tx.exec("UPDATE read SET refused = 9, told = 1", &[])?;
                let asked = due(&world, 0, 1)?.remove(0);
                ask(tx, &Kind::Invoice, "in_1")?;
                settle(tx, &asked)
            })
            .unwrap();
        assert_eq!(due(&world, 0, 1).unwrap()[0].refused, 0);
    }

    #[test]
    fn a_failure_of_a_read_that_began_with_another_configuration_does_not_put_it_off() {
        let world = TestWorld::new();
        let late = 3_600_000;
        let (is_put_off, due) = world
            .transaction(|tx| {
                ask(tx, &Kind::Invoice, "in_1")?;
                tx.exec("UPDATE read SET attempts = 9, refused = 9, not_before = 900", &[])?;
                let asked = due(&world, 900, 1)?.remove(0);
                retry_all(tx)?;
                Ok::<_, SqlError>((
                    defer(tx, &asked, &Failure::of_this_object("stripe_404_unproved"), late)?,
                    due(&world, 0, 1)?,
                ))
            })
            .unwrap();
        assert!(!is_put_off && due.len() == 1 && due[0].refused == 9);
    }
}
