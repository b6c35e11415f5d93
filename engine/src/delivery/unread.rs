//! Objects that Stripe repeatedly does not show, for a reason of their own or of the key's: people are told.
//!
//! The object itself is a dead letter of each target that takes it. Whatever looks at it is projected once
//! more and becomes a dead letter in its own right, naming the field that lacks a value. An object that only
//! tells of others (a refund, a credit note), or of which only the lists are taken, has one letter without a
//! target. All of them end when the object is read.

use daicho_core::stripe::Kind;
use daicho_core::validation::Text;

use super::mark;
use crate::config::Active;
use crate::context;
use crate::names;
use crate::port::{Millis, SqlError, Statements};

/// Tells that an object or a list cannot be read, for the reason with this code.
pub(crate) fn unread(
    tx: &dyn Statements,
    active: &Active,
    (kind, id): (&Kind, &str),
    code: &str,
    now: Millis,
) -> Result<(), SqlError> {
    let is_list = context::ListKey::parse(id).is_some();
    let targets: Vec<&str> = active.targets_of(kind).filter(|_| !is_list).collect();
    for target in &targets {
        tell(tx, ("record", target), (kind, id), code, now)?;
    }
    if targets.is_empty() && !is_list && (context::is_signal(kind) || active.uses(kind)) {
        tell(tx, ("event", ""), (kind, id), code, now)?;
    }
    context::fan_out(tx, active, id)
}

fn tell(
    tx: &dyn Statements,
    (letter, target): (&str, &str),
    (kind, id): (&Kind, &str),
    code: &str,
    now: Millis,
) -> Result<(), SqlError> {
    let sql = "INSERT INTO dead_letter
                 (kind, target, object_id, code, text_ja, text_en, first, last, attempts, object_kind)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1, ?8)
               ON CONFLICT (kind, target, object_id, event_id) DO UPDATE SET code = excluded.code,
                 field = NULL, text_ja = excluded.text_ja, text_en = excluded.text_en,
                 last = excluded.last, attempts = attempts + 1";
    let Text { ja, en } = text(kind, code);
    let parameters = [
        letter.into(),
        target.into(),
        id.into(),
        code.into(),
        ja.into(),
        en.into(),
        now.into(),
        kind.as_str().into(),
    ];
    tx.exec(sql, &parameters).map(drop)
}

/// It was read after all: its record is looked at once more, which ends its letters.
pub(crate) fn read_after_all(
    tx: &dyn Statements,
    active: &Active,
    kind: &Kind,
    id: &str,
) -> Result<(), SqlError> {
    for target in active.targets_of(kind) {
        mark(tx, target, id)?;
    }
    let without_target = "DELETE FROM dead_letter
                          WHERE kind = 'event' AND target = '' AND object_id = ?1 AND event_id = ''";
    tx.exec(without_target, &[id.into()])?;
    context::fan_out(tx, active, id)
}

/// The code stands beside the letter: it is for whoever is asked for help.
fn text(kind: &Kind, code: &str) -> Text {
    let Text { ja, en } = names::object(kind.as_str());
    let (ja, en) = match code {
        "stripe_403" => (
            format!(
                "StripeのAPIキーに、この{ja}の読み取り権限がありません。Stripeダッシュボードの［APIキー］で制限付きキーに権限を付けてから再送してください。"
            ),
            format!(
                "The Stripe key may not read this {en}. Give the restricted key the read permission under API keys in Stripe's Dashboard, then send it again."
            ),
        ),
        "stripe_404_unproved" => (
            format!(
                "Stripeにこの{ja}が見つからず、削除されたかどうかも確かめられません。登録したAPIキーがこのアカウント・モードのものかを確かめてから再送してください。"
            ),
            format!(
                "Stripe does not find this {en}, and nothing proves that it was deleted. Check that the stored key is of this account and mode, then send it again."
            ),
        ),
        "stripe_key_of_another_account" => (
            format!(
                "登録されたStripeのAPIキーが別のアカウントまたは別のモードのものなので、この{ja}を読み取れません。正しいキーを登録してください。"
            ),
            format!(
                "The stored Stripe key is of another account or mode, so this {en} is not read. Store the right key."
            ),
        ),
        "stripe_list_too_long" | "object_not_storable" => (
            format!(
                "この{ja}は大きすぎて扱えません。上限は一覧が3,000件、全体が2 MBです。Stripe側で分けるか減らしてから再送してください。"
            ),
            format!(
                "This {en} is too large. A list may have 3,000 elements and the whole 2 MB. Split or shorten it at Stripe, then send it again."
            ),
        ),
        _ => (
            format!(
                "Stripeからこの{ja}を読み取れません。Stripeダッシュボードで確かめてから再送してください。Daichoを更新すると読み取れることもあります。"
            ),
            format!(
                "This {en} cannot be read from Stripe. Look at it in Stripe's Dashboard, then send it again. A newer Daicho may read it."
            ),
        ),
    };
    Text { ja, en }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_called_by_its_name_and_no_code() {
        for code in [
            "stripe_403",
            "stripe_404_unproved",
            crate::stripe::KEY_OF_ANOTHER_ACCOUNT,
            "stripe_list_too_long",
            "stripe_malformed",
        ] {
            let Text { ja, en } = text(&Kind::Customer, code);
            assert!(ja.contains("この顧客") && en.to_lowercase().contains("this customer"), "{ja} {en}");
            assert!(!ja.contains('_') && !en.contains('_'), "{ja} {en}");
        }
    }
}
