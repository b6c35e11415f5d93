//! Records that will not succeed by themselves, with the reason for people.

use daicho_core::kintone::{FieldProblem, FormSchema};
use daicho_core::validation::{Issue, Text};

use super::dirty;
use crate::port::{Millis, Query, SqlError, Statements};

/// Why a record cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    code: String,
    field: Option<String>,
    text: Text,
}

/// The reason that an issue gives.
pub(super) fn of_issue(issue: &Issue) -> Reason {
    Reason { code: issue.code.clone(), field: issue.field.clone(), text: issue.text.clone() }
}

/// The reason that kintone gave. Its own words are left out: they may repeat the value, and come in
/// one language.
pub(super) fn of_refusal(code: &str, problem: Option<&FieldProblem>, form: &FormSchema) -> Reason {
    let field = problem.and_then(|problem| problem.inner.as_ref().or(problem.field.as_ref()));
    let code = if code.is_empty() { "refused" } else { code };
    let text = match field {
        Some(field) => {
            let label = form.field(field).map_or(field, |field| &field.label);
            Text {
                ja: format!(
                    "kintoneが「{label}」（{field}）の値を受け付けませんでした（{code}）。［アプリの設定 > フォーム］の制限とStripe側の値を確かめ、直してから再送してください。"
                ),
                en: format!(
                    "kintone refused the value of \"{label}\" ({field}): {code}. Check its limits under App Settings > Form and the value at Stripe, correct one of them and send it again."
                ),
            }
        }
        None if code.starts_with("GAIA_LO") => Text {
            ja: format!(
                "ルックアップの参照先に値が見つかりませんでした（{code}）。参照先のアプリにレコードがあることを確かめてから再送してください。"
            ),
            en: format!(
                "A lookup did not find its value ({code}). Check that the other app has the record, then send it again."
            ),
        },
        None => Text {
            ja: format!(
                "kintoneがレコードを受け付けませんでした（{code}）。「daicho check」でフォームとマッピングを確かめてから再送してください。"
            ),
            en: format!(
                "kintone refused the record ({code}). Check the form and the mapping with `daicho check`, then send it again."
            ),
        },
    };
    Reason { code: code.to_owned(), field: field.cloned(), text }
}

/// Keeps the reason and takes the row off the work, unless the object changed since it was claimed.
pub(super) fn bury(
    tx: &dyn Statements,
    target: &str,
    object_id: &str,
    version: i64,
    reason: &Reason,
    now: Millis,
) -> Result<(), SqlError> {
    let sql = "INSERT INTO dead_letter
                 (kind, target, object_id, code, field, text_ja, text_en, first, last, attempts)
               VALUES ('record', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1)
               ON CONFLICT (kind, target, object_id, event_id) DO UPDATE SET code = excluded.code,
                 field = excluded.field, text_ja = excluded.text_ja, text_en = excluded.text_en,
                 last = excluded.last, attempts = attempts + 1";
    let parameters = [
        target.into(),
        object_id.into(),
        reason.code.as_str().into(),
        reason.field.as_deref().into(),
        reason.text.ja.as_str().into(),
        reason.text.en.as_str().into(),
        now.into(),
    ];
    tx.exec(sql, &parameters)?;
    dirty::settle(tx, target, object_id, version)
}

/// The record was written after all.
pub(super) fn raise(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    let sql =
        "DELETE FROM dead_letter WHERE kind = 'record' AND target = ?1 AND object_id = ?2 AND event_id = ''";
    tx.exec(sql, &[target.into(), object_id.into()]).map(drop)
}

/// Something that will not succeed by itself, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DeadLetter {
    /// Its number.
    pub id: i64,
    /// `event` or `record`.
    pub kind: String,
    /// The target; empty for an event.
    pub target: String,
    /// The Stripe object; empty where there is none.
    pub object_id: String,
    /// The event; empty for a record.
    pub event_id: String,
    /// Why, as a stable code: an issue's or kintone's.
    pub code: String,
    /// The field code.
    pub field: Option<String>,
    /// Why and what to do.
    pub text: Text,
    /// When it happened first, in milliseconds since the Unix epoch.
    pub first: Millis,
    /// When it happened last, in milliseconds since the Unix epoch.
    pub last: Millis,
    /// How often it happened.
    pub attempts: i64,
}

/// Dead letters after the one with the number `after`, oldest first.
///
/// # Errors
/// SQLite's refusal.
pub fn dead_letters(
    sql: &(impl Query + ?Sized),
    after: i64,
    limit: u32,
) -> Result<Vec<DeadLetter>, SqlError> {
    let text =
        "SELECT id, kind, target, object_id, event_id, code, field, text_ja, text_en, first, last, attempts
                FROM dead_letter WHERE id > ?1 ORDER BY id LIMIT ?2";
    let rows = sql.query(text, &[after.into(), i64::from(limit).into()])?;
    let letter = |row: &crate::port::Row| {
        let text = |column| row.text(column).map(str::to_owned);
        Ok(DeadLetter {
            id: row.integer(0)?,
            kind: text(1)?,
            target: text(2)?,
            object_id: text(3)?,
            event_id: text(4)?,
            code: text(5)?,
            field: row.optional_text(6)?.map(str::to_owned),
            text: Text { ja: text(7)?, en: text(8)? },
            first: row.integer(9)?,
            last: row.integer(10)?,
            attempts: row.integer(11)?,
        })
    };
    rows.iter().map(letter).collect()
}
