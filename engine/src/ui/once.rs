//! A change is made once: its nonce is used once, and an answer that was lost can be asked for again by
//! the operation's id.

use daicho_core::stripe::signature::TOLERANCE_SECONDS;
use sha2::{Digest, Sha256};

use super::Refusal;
use crate::calendar::DAY;
use crate::port::{Millis, Sql, SqlError, Statements};

/// A signature is accepted this long to either side of its moment; so long its nonce is kept.
const NONCE_KEPT: Millis = 2 * TOLERANCE_SECONDS * 1_000;
/// An answer can be asked for again for a day.
const ANSWER_KEPT: Millis = DAY;
/// So long an operation without an answer counts as under way; a view waits for half a minute. One that is older
/// was broken off, with its caller's connection for one: its id would be refused until the object starts again.
const UNDER_WAY: Millis = 5 * 60 * 1_000;
/// Rows that each call sweeps: more than it adds.
const SWEPT: i64 = 10;

/// What to do about a change that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Begun {
    /// It is to be made.
    New,
    /// It was made, with this answer.
    Answered(String),
}

/// Uses the nonce, and begins the operation of this id, where the caller names one.
///
/// # Errors
/// The nonce was used, the operation is under way, or its id was another's.
pub(super) fn begin(
    sql: &impl Sql,
    nonce: &str,
    operation: Option<&str>,
    request: &str,
    now: Millis,
) -> Result<Begun, Refusal> {
    let hash = hex::encode(Sha256::digest(request.as_bytes()));
    sql.transaction(|tx| {
        sweep(tx, now, SWEPT)?;
        let insert = "INSERT INTO ui_nonce (nonce, used) VALUES (?1, ?2) ON CONFLICT DO NOTHING RETURNING 1";
        if tx.exec(insert, &[nonce.into(), now.into()])?.is_empty() {
            return Err(replayed());
        }
        let Some(id) = operation else { return Ok(Begun::New) };
        let select = "SELECT request, answer, begun FROM ui_operation WHERE id = ?1";
        let rows = tx.exec(select, &[id.into()])?;
        match rows.first() {
            None => {
                let insert = "INSERT INTO ui_operation (id, request, begun) VALUES (?1, ?2, ?3)";
                tx.exec(insert, &[id.into(), hash.as_str().into(), now.into()])?;
                Ok(Begun::New)
            }
            Some(row) if row.text(0)? != hash => Err(Refusal::unreadable_request()),
            Some(row) => match row.optional_text(1)? {
                Some(answer) => Ok(Begun::Answered(answer.to_owned())),
                None if now - row.integer(2)? <= UNDER_WAY => Err(under_way()),
                // Making it again does no harm.
                None => {
                    tx.exec("UPDATE ui_operation SET begun = ?2 WHERE id = ?1", &[id.into(), now.into()])?;
                    Ok(Begun::New)
                }
            },
        }
    })
}

/// Keeps the answer of an operation that ended; one that was refused may be asked for again.
pub(super) fn end(sql: &impl Sql, operation: &str, answer: Option<&str>) -> Result<(), SqlError> {
    sql.transaction(|tx| match answer {
        Some(answer) => {
            tx.exec("UPDATE ui_operation SET answer = ?2 WHERE id = ?1", &[operation.into(), answer.into()])
        }
        None => tx.exec("DELETE FROM ui_operation WHERE id = ?1", &[operation.into()]),
    })?;
    Ok(())
}

/// Operations that a crash broke off: nobody knows whether they were made, and making any of them again
/// does no harm.
pub(crate) fn recover(tx: &dyn Statements) -> Result<(), SqlError> {
    tx.exec("DELETE FROM ui_operation WHERE answer IS NULL", &[]).map(drop)
}

/// Forgets up to `limit` nonces and as many answers that were kept long enough, those whose change was broken
/// off among them. Answers how many there were: below `limit`, no more is to be forgotten now.
pub(crate) fn sweep(tx: &dyn Statements, now: Millis, limit: i64) -> Result<usize, SqlError> {
    let nonces = "DELETE FROM ui_nonce WHERE nonce IN (SELECT nonce FROM ui_nonce WHERE used < ?1 LIMIT ?2)
                  RETURNING 1";
    let nonces = tx.exec(nonces, &[(now - NONCE_KEPT).into(), limit.into()])?;
    let answers = "DELETE FROM ui_operation WHERE id IN
                     (SELECT id FROM ui_operation WHERE begun < ?1 LIMIT ?2) RETURNING 1";
    let answers = tx.exec(answers, &[(now - ANSWER_KEPT).into(), limit.into()])?;
    Ok(nonces.len().max(answers.len()))
}

fn replayed() -> Refusal {
    Refusal::new(
        409,
        "nonce_used",
        "同じリクエストをすでに受け付けています。ページを再読み込みして、もう一度お試しください。",
        "This very call was taken before. Reload the page and try again.",
    )
}

fn under_way() -> Refusal {
    Refusal::new(
        409,
        "under_way",
        "処理中です。少し待ってから、もう一度お試しください。",
        "It is under way. Try again in a moment.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Query as _;
    use crate::test_world::TestWorld;

    const NOW: Millis = 1_795_305_600_000;

    #[test]
    fn a_nonce_is_used_once() {
        let world = TestWorld::new();
        assert_eq!(begin(&world, "n1", None, "{}", NOW), Ok(Begun::New));
        assert_eq!(begin(&world, "n1", None, "{}", NOW).unwrap_err().reason, "nonce_used");
        assert_eq!(begin(&world, "n1", None, "{}", NOW + NONCE_KEPT).unwrap_err().reason, "nonce_used");
        assert_eq!(begin(&world, "n2", None, "{}", NOW), Ok(Begun::New));
    }

    #[test]
    fn an_operation_is_made_once_and_its_answer_is_given_again() {
        let world = TestWorld::new();
        assert_eq!(begin(&world, "n1", Some("o1"), "{}", NOW), Ok(Begun::New));
        assert_eq!(begin(&world, "n2", Some("o1"), "{}", NOW).unwrap_err().reason, "under_way");
        end(&world, "o1", Some(r#"{"count":1}"#)).unwrap();
        let again = begin(&world, "n3", Some("o1"), "{}", NOW);
        assert_eq!(again, Ok(Begun::Answered(r#"{"count":1}"#.to_owned())));
        let other = begin(&world, "n4", Some("o1"), r#"{"x":1}"#, NOW);
        assert_eq!(other.unwrap_err().reason, "invalid_request");
    }

    #[test]
    fn an_operation_that_was_refused_or_broken_off_can_be_made_again() {
        let world = TestWorld::new();
        begin(&world, "n1", Some("o1"), "{}", NOW).unwrap();
        end(&world, "o1", None).unwrap();
        assert_eq!(begin(&world, "n2", Some("o1"), "{}", NOW), Ok(Begun::New));
        world.transaction(|tx| recover(tx)).unwrap();
        assert_eq!(begin(&world, "n3", Some("o1"), "{}", NOW), Ok(Begun::New));
    }

    #[test]
    fn an_operation_whose_end_never_came_is_under_way_for_a_while_only() {
        let world = TestWorld::new();
        begin(&world, "n1", Some("o1"), "{}", NOW).unwrap();
        let still = begin(&world, "n2", Some("o1"), "{}", NOW + UNDER_WAY);
        assert_eq!(still.unwrap_err().reason, "under_way");
        let later = NOW + UNDER_WAY + 1;
        assert_eq!(begin(&world, "n3", Some("o1"), "{}", later), Ok(Begun::New));
        let twice = begin(&world, "n4", Some("o1"), "{}", later);
        assert_eq!(twice.unwrap_err().reason, "under_way", "it is made anew, and once");
    }

    #[test]
    fn nonces_and_answers_do_not_stay() {
        let world = TestWorld::new();
        begin(&world, "n1", Some("o1"), "{}", NOW).unwrap();
        end(&world, "o1", Some("{}")).unwrap();
        begin(&world, "n2", None, "{}", NOW + ANSWER_KEPT + 1).unwrap();
        let rows =
            world.query("SELECT nonce FROM ui_nonce UNION ALL SELECT id FROM ui_operation", &[]).unwrap();
        assert_eq!(rows.iter().map(|row| row.text(0).unwrap()).collect::<Vec<_>>(), ["n2"]);
    }
}
