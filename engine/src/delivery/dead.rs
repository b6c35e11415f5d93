//! Records that will not succeed by themselves, with the reason for people.

use std::collections::BTreeMap;

use daicho_core::kintone::{Field, FieldProblem, FormSchema, Permanent, Record};
use daicho_core::validation::{Issue, RefusedBy, Severity, Text};

use super::dirty;
use super::tally::Tally;
use crate::mutant::{self, Mutant};
use crate::port::{Millis, Query, SqlError, Statements};
use crate::stripe::request::GIVEN_UP;
use crate::trap;

/// The longest payload that is kept, in bytes: a row holds 2 MB.
const LONGEST_PAYLOAD: usize = 256 << 10;

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

/// What kintone refused a record for.
pub(super) struct Refused<'a> {
    pub(super) why: Permanent,
    pub(super) code: &'a str,
    /// Where, if the answer says so.
    pub(super) problem: Option<&'a FieldProblem>,
}

/// The field that a refusal is about. A user, organisation or group that does not exist is named by no
/// answer, but often there is only one field for them.
fn field_of<'a>(refused: &Refused<'a>, record: &'a Record, form: &FormSchema) -> Option<&'a String> {
    if refused.why == Permanent::Entity {
        let is_entity =
            |code: &&String| form.field(code).is_some_and(|field| field.kind.is_selection_of_people());
        let mut entities = record.keys().filter(is_entity);
        return entities.next().filter(|_| entities.next().is_none());
    }
    refused.problem.and_then(|problem| problem.inner.as_ref().or(problem.field.as_ref()))
}

/// The reason that kintone gave. Its own words are left out: they may repeat the value, and come in
/// one language. Its code stands beside the text, for whoever is asked for help.
pub(super) fn of_refusal(refused: &Refused<'_>, record: &Record, form: &FormSchema) -> Reason {
    let (why, code) = (refused.why, refused.code);
    let field = field_of(refused, record, form);
    let code = if code.is_empty() { "refused" } else { code };
    let text = match field {
        _ if why == Permanent::Entity => entity_text(field.and_then(|field| form.field(field))),
        Some(field) => {
            let label = form.field(field).map_or(field, |field| &field.label);
            Text {
                ja: format!(
                    "kintoneが「{label}」の値を受け付けませんでした。［アプリの設定 > フォーム］で選択肢や制限が変わっていないかを確かめ、マッピングかStripeの値を直してから再送してください。"
                ),
                en: format!(
                    "kintone refused the value of \"{label}\". Check under App Settings > Form whether its options or limits changed, correct the mapping or the value at Stripe, and send it again."
                ),
            }
        }
        None if code.starts_with("GAIA_LO") => Text::of(
            "ルックアップの参照先に値が見つかりませんでした。参照先のアプリにレコードがあることを確かめてから再送してください。",
            "A lookup did not find its value. Check that the other app has the record, then send it again.",
        ),
        None => Text::of(
            "kintoneがレコードを受け付けませんでした。フォームとマッピングを確かめてから再送してください。",
            "kintone refused the record. Check the form and the mapping, then send it again.",
        ),
    };
    Reason { code: code.to_owned(), field: field.cloned(), text }
}

/// Whether its writes took effect is never known, and those of others is.
pub(super) fn of_loss(code: &str) -> Reason {
    let text = Text::of(
        "このレコードの書き込みだけ、kintoneから結果が返りません。テーブルの行や、ルックアップ・自動計算のフィールドが多すぎないかを確かめ、減らしてから再送してください。",
        "kintone does not say what became of writing this record, though it answers for others. Check whether it has too many table rows, lookups or calculated fields, have fewer, and send it again.",
    );
    Reason { code: code.to_owned(), field: None, text }
}

/// Making it panicked again and again.
pub(super) fn of_panic() -> Reason {
    let text = Text::of(
        "このレコードの処理が3回続けて異常終了したため、取り置きました。ほかのレコードの処理は続いています。Daichoを更新してから再送してください。",
        "Handling this record panicked three times, so it was set aside; all others go on. Update Daicho, then send it again.",
    );
    Reason { code: trap::CODE.to_owned(), field: None, text }
}

/// Sets a record aside that panicked again and again.
pub(crate) fn set_aside(
    tx: &dyn Statements,
    target: &str,
    object_id: &str,
    now: Millis,
) -> Result<(), SqlError> {
    let claim = "SELECT version, bulk FROM dirty WHERE target = ?1 AND object_id = ?2";
    let rows = tx.exec(claim, &[target.into(), object_id.into()])?;
    let (version, bulk) = rows.first().map_or(Ok((0, 0)), |row| Ok((row.integer(0)?, row.integer(1)?)))?;
    Tally { failed: bulk, ..Tally::default() }.add(tx, target)?;
    bury(tx, target, &Dying { object_id, version, record: &Record::default() }, &of_panic(), now)
}

/// The reason of a record that was set aside since making it panicked; none of one that was not.
pub(crate) fn why_set_aside(
    sql: &(impl Query + ?Sized),
    target: &str,
    object_id: &str,
) -> Result<Option<Issue>, SqlError> {
    let text = "SELECT 1 FROM dead_letter
                WHERE kind = 'record' AND target = ?1 AND object_id = ?2 AND event_id = '' AND code = ?3";
    let is_there = !sql.query(text, &[target.into(), object_id.into(), trap::CODE.into()])?.is_empty();
    let Reason { code, field, text } = of_panic();
    Ok(is_there.then(|| Issue {
        code,
        severity: Severity::Error,
        refused_by: RefusedBy::Daicho,
        target: Some(target.to_owned()),
        rule: None,
        field,
        label: None,
        value: None,
        text,
    }))
}

fn entity_text(field: Option<&Field>) -> Text {
    let (ja, en) = match field {
        Some(Field { code: field, label, .. }) => {
            (format!("「{label}」（{field}）に、"), format!("\"{label}\" ({field})"))
        }
        None => (String::new(), "A field".to_owned()),
    };
    Text {
        ja: format!(
            "{ja}kintoneに登録のないユーザー、組織またはグループのコードが入っています。Stripe側の値かマッピングを直してから再送してください。"
        ),
        en: format!(
            "{en} names a user, department or group that kintone does not know. Correct the value at Stripe or the mapping, then send it again."
        ),
    }
}

/// A record that goes to the dead letters.
pub(super) struct Dying<'a> {
    pub(super) object_id: &'a str,
    /// The version that was claimed.
    pub(super) version: i64,
    /// What was to be written.
    pub(super) record: &'a Record,
}

/// Keeps the reason and takes the row off the work, unless the object changed since it was claimed.
pub(super) fn bury(
    tx: &dyn Statements,
    target: &str,
    dying: &Dying<'_>,
    reason: &Reason,
    now: Millis,
) -> Result<(), SqlError> {
    let sql = "INSERT INTO dead_letter
                 (kind, target, object_id, code, field, text_ja, text_en, first, last, attempts, payload)
               VALUES ('record', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1, ?8)
               ON CONFLICT (kind, target, object_id, event_id) DO UPDATE SET code = excluded.code,
                 field = excluded.field, text_ja = excluded.text_ja, text_en = excluded.text_en,
                 last = excluded.last, attempts = attempts + 1, payload = excluded.payload";
    let parameters = [
        target.into(),
        dying.object_id.into(),
        reason.code.as_str().into(),
        reason.field.as_deref().into(),
        reason.text.ja.as_str().into(),
        reason.text.en.as_str().into(),
        now.into(),
        payload(dying.record).into(),
    ];
    if !mutant::on(Mutant::BuryInSilence) {
        tx.exec(sql, &parameters)?;
    }
    dirty::settle(tx, target, dying.object_id, dying.version)
}

/// What was to be written, by field code; not what would fill a row by itself.
fn payload(record: &Record) -> Option<String> {
    let values: BTreeMap<&String, &serde_json::Value> =
        record.iter().map(|(code, field)| (code, &field.value)).collect();
    serde_json::to_string(&values).ok().filter(|json| json.len() <= LONGEST_PAYLOAD)
}

/// The record was written after all. Of an object that cannot be read nothing newer is known: its letter
/// stays until it was.
pub(super) fn raise(tx: &dyn Statements, target: &str, object_id: &str) -> Result<(), SqlError> {
    if mutant::on(Mutant::KeepRaisedLetters) {
        return Ok(());
    }
    let sql =
        "DELETE FROM dead_letter WHERE kind = 'record' AND target = ?1 AND object_id = ?2 AND event_id = ''
           AND NOT EXISTS (SELECT 1 FROM read r WHERE r.object_id = ?2 AND r.refused >= ?3)";
    tx.exec(sql, &[target.into(), object_id.into(), GIVEN_UP.into()]).map(drop)
}

/// Takes away the dead letters of one kind that were made after a moment. Answers their objects.
pub(super) fn raise_all(
    tx: &dyn Statements,
    target: &str,
    code: &str,
    after: Millis,
) -> Result<Vec<String>, SqlError> {
    let sql = "DELETE FROM dead_letter WHERE kind = 'record' AND target = ?1 AND code = ?2 AND last > ?3
               RETURNING object_id";
    let rows = tx.exec(sql, &[target.into(), code.into(), after.into()])?;
    rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
}
