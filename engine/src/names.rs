//! What people call Stripe's objects and events.

use daicho_core::validation::Text;

/// Each object by its name in events and ids.
const OBJECTS: &[(&str, &str, &str)] = &[
    ("customer", "顧客", "customer"),
    ("tax_id", "納税者番号", "tax ID"),
    ("discount", "割引", "discount"),
    ("source", "支払い方法", "payment source"),
    ("card", "カード", "card"),
    ("subscription", "サブスクリプション", "subscription"),
    ("subscription_item", "サブスクリプションの項目", "subscription item"),
    ("subscription_schedule", "サブスクリプションのスケジュール", "subscription schedule"),
    ("invoice", "請求書", "invoice"),
    ("invoice_line", "請求書の明細", "invoice line"),
    ("invoiceitem", "請求書の項目", "invoice item"),
    ("invoice_payment", "請求書の支払い", "invoice payment"),
    ("credit_note", "クレジットノート", "credit note"),
    ("payment_method", "支払い方法", "payment method"),
    ("payment_intent", "決済", "payment intent"),
    ("product", "商品", "product"),
    ("price", "価格", "price"),
    ("plan", "価格", "plan"),
    ("tax_rate", "税率", "tax rate"),
    ("coupon", "クーポン", "coupon"),
    ("promotion_code", "プロモーションコード", "promotion code"),
    ("refund", "返金", "refund"),
    ("charge", "支払い", "charge"),
    ("dispute", "不審請求の申し立て", "dispute"),
    ("application", "Stripe App", "Stripe App"),
];

/// What became of an object, by the last part of an event's type.
const CHANGES: &[(&str, &str, &str)] = &[
    ("created", "作成", "created"),
    ("updated", "変更", "changed"),
    ("deleted", "削除", "deleted"),
    ("paused", "一時停止", "paused"),
    ("resumed", "再開", "resumed"),
    ("trial_will_end", "トライアル終了の予告", "trial ends soon"),
    ("pending_update_applied", "保留中の変更の適用", "pending change applied"),
    ("pending_update_expired", "保留中の変更の期限切れ", "pending change expired"),
    ("finalized", "確定", "finalized"),
    ("finalization_failed", "確定の失敗", "could not be finalized"),
    ("paid", "支払い完了", "paid"),
    ("payment_failed", "支払いの失敗", "payment failed"),
    ("payment_action_required", "支払いの確認待ち", "payment waits for the customer"),
    ("overdue", "支払い期限の超過", "overdue"),
    ("will_be_due", "支払い期限の予告", "due soon"),
    ("upcoming", "作成の予告", "upcoming"),
    ("voided", "無効化", "voided"),
    ("marked_uncollectible", "回収不能の指定", "marked uncollectible"),
    ("sent", "送信", "sent"),
    ("overpaid", "過払い", "overpaid"),
    ("expiring", "有効期限の予告", "expires soon"),
    ("attached", "登録", "attached"),
    ("automatically_updated", "自動更新", "updated by the card network"),
    ("detached", "登録解除", "detached"),
    ("failed", "失敗", "failed"),
    ("succeeded", "成功", "succeeded"),
    ("captured", "確定", "captured"),
    ("refunded", "返金", "refunded"),
    ("authorized", "承認", "authorized"),
    ("deauthorized", "承認の取り消し", "deauthorized"),
];

/// Events whose two parts would not make a name.
const WHOLE: &[(&str, &str, &str)] = &[
    // It can still be read: it was cancelled.
    ("customer.subscription.deleted", "サブスクリプションの解約", "Subscription cancelled"),
    ("invoice_payment.paid", "請求書への入金", "Invoice payment received"),
];

fn named(names: &[(&str, &'static str, &'static str)], word: &str) -> Option<Text> {
    names.iter().find(|(name, ..)| *name == word).map(|(_, ja, en)| Text::of(ja, en))
}

/// The name of a kind of object, as it stands within a sentence.
pub(crate) fn object(kind: &str) -> Text {
    named(OBJECTS, kind).unwrap_or_else(|| Text::of("データ", "object"))
}

/// The name of a target. A suggestion calls it by its objects, in the plural; another name is a person's own.
pub(crate) fn target(name: &str) -> Text {
    let object = name.strip_suffix('s').and_then(|object| named(OBJECTS, object));
    object.map_or_else(|| Text::of(name, name), |Text { ja, en }| Text { ja, en: en + "s" })
}

/// The name of an event by its type. One that is newer than this table is a change of its object.
pub(crate) fn event(kind: &str) -> Text {
    if let Some(whole) = named(WHOLE, kind) {
        return whole;
    }
    let (path, last) = kind.rsplit_once('.').unwrap_or((kind, ""));
    // The innermost that is known: `charge.dispute.created` tells of a dispute.
    let Some(object) = path.rsplit('.').find_map(|part| named(OBJECTS, part)) else {
        return Text::of("そのほかの変更", "Another change");
    };
    let change = named(CHANGES, last).unwrap_or_else(|| Text::of("変更", "changed"));
    Text {
        ja: format!("{}の{}", object.ja, change.ja),
        en: format!("{} {}", capitalised(&object.en), change.en),
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + characters.as_str())
}

#[cfg(test)]
mod tests {
    use daicho_core::stripe::event_list;

    use super::*;

    #[test]
    fn every_event_that_is_asked_for_has_names_for_its_object_and_its_change() {
        for listed in event_list::all() {
            let (path, change) = listed.name.rsplit_once('.').unwrap();
            assert!(named(OBJECTS, listed.object).is_some(), "{}", listed.object);
            assert!(named(CHANGES, change).is_some(), "{change}");
            let innermost = path.rsplit('.').find_map(|part| named(OBJECTS, part));
            assert_eq!(innermost, named(OBJECTS, listed.object), "{}", listed.name);
            let Text { ja, en } = event(listed.name);
            assert!(!ja.contains(['.', '_']) && !en.contains(['.', '_']), "{ja} {en}");
        }
    }

    #[test]
    fn no_two_events_of_one_object_have_the_same_name() {
        let mut names: Vec<String> = event_list::all().iter().map(|listed| event(listed.name).ja).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn an_event_is_named_as_people_say_it() {
        let said = |kind: &str| {
            let Text { ja, en } = event(kind);
            (ja, en)
        };
        assert_eq!(said("customer.updated"), ("顧客の変更".to_owned(), "Customer changed".to_owned()));
        assert_eq!(said("customer.subscription.deleted").0, "サブスクリプションの解約");
        assert_eq!(said("invoice.payment_failed").1, "Invoice payment failed");
    }

    #[test]
    fn a_target_is_called_by_what_it_holds_or_as_a_person_named_it() {
        assert_eq!(target("customers"), Text::of("顧客", "customers"));
        assert_eq!(target("subscription_items").ja, "サブスクリプションの項目");
        assert_eq!(target("得意先"), Text::of("得意先", "得意先"));
        assert_eq!(target("customers 2").ja, "customers 2");
    }

    #[test]
    fn an_event_that_is_not_known_is_a_change_of_its_object() {
        assert_eq!(event("customer.subscription.somersaulted").ja, "サブスクリプションの変更");
        assert_eq!(event("customer.cash_balance.updated").ja, "顧客の変更");
        assert_eq!(event("charge.dispute.created").ja, "不審請求の申し立ての作成");
        assert_eq!(event("terminal.reader.action_failed"), Text::of("そのほかの変更", "Another change"));
        assert_eq!(event("").en, "Another change");
    }
}
