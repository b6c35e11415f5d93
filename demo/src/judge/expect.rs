//! What each record of the demo must hold, by hand.

use serde_json::Value;
use time::OffsetDateTime;
use time::macros::{format_description, offset};

/// A type of object that has records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// In 顧客管理.
    Customer,
    /// In 契約管理.
    Subscription,
    /// In 請求管理.
    Invoice,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Customer, Self::Subscription, Self::Invoice];

    /// The kind of Stripe's `object` property.
    #[must_use]
    pub fn of(object: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.object() == object)
    }

    /// Stripe's `object` property.
    #[must_use]
    pub fn object(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Subscription => "subscription",
            Self::Invoice => "invoice",
        }
    }

    /// The app's name.
    #[must_use]
    pub fn app(self) -> &'static str {
        match self {
            Self::Customer => "顧客管理",
            Self::Subscription => "契約管理",
            Self::Invoice => "請求管理",
        }
    }

    /// The field that holds the object's id.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Customer => "Stripe顧客ID",
            Self::Subscription => "StripeサブスクリプションID",
            Self::Invoice => "Stripe請求ID",
        }
    }

    /// How many fields a record of this kind must be compared in, counted by hand in the forms.
    #[must_use]
    pub fn fields(self) -> usize {
        match self {
            Self::Customer => 17,
            Self::Subscription => 16,
            Self::Invoice => 17,
        }
    }
}

/// Each field code with what it must hold; `""` is empty.
#[must_use]
pub fn expected(kind: Kind, object: &Value) -> Vec<(&'static str, String)> {
    match kind {
        Kind::Customer => customer(object),
        Kind::Subscription => subscription(object),
        Kind::Invoice => invoice(object),
    }
}

fn customer(customer: &Value) -> Vec<(&'static str, String)> {
    let address = &customer["address"];
    vec![
        ("Stripe顧客ID", text(&customer["id"])),
        ("顧客名", text(&customer["name"])),
        ("メールアドレス", text(&customer["email"])),
        ("電話番号", text(&customer["phone"])),
        ("国", text(&address["country"])),
        ("郵便番号", text(&address["postal_code"])),
        ("都道府県", text(&address["state"])),
        ("市区町村", text(&address["city"])),
        ("番地", text(&address["line1"])),
        ("建物名", text(&address["line2"])),
        ("備考", text(&customer["description"])),
        ("業種", text(&customer["metadata"]["industry"])),
        ("担当者", text(&customer["metadata"]["担当者"])),
        ("言語", text(&customer["preferred_locales"][0])),
        ("登録日", day_in_japan(&customer["created"])),
        ("登録日時", minute(&customer["created"])),
        ("連携元", "Stripe".to_owned()),
    ]
}

fn subscription(subscription: &Value) -> Vec<(&'static str, String)> {
    let item = &subscription["items"]["data"][0];
    let price = &item["price"];
    let currency = &subscription["currency"];
    vec![
        ("StripeサブスクリプションID", text(&subscription["id"])),
        ("顧客ID", text(&subscription["customer"])),
        ("状態", text(&subscription["status"])),
        ("通貨", text(currency)),
        ("料金ID", text(&price["id"])),
        ("数量", text(&item["quantity"])),
        ("単価", money(&price["unit_amount"], currency)),
        ("請求間隔", text(&price["recurring"]["interval"])),
        ("契約開始日", day_in_japan(&subscription["start_date"])),
        ("現在の期間の終わり", day_in_japan(&item["current_period_end"])),
        ("期間末で解約", text(&subscription["cancel_at_period_end"])),
        ("解約日時", minute(&subscription["canceled_at"])),
        ("契約終了日", day_in_japan(&subscription["ended_at"])),
        ("試用終了日", day_in_japan(&subscription["trial_end"])),
        ("請求方法", text(&subscription["collection_method"])),
        ("連携元", "Stripe".to_owned()),
    ]
}

fn invoice(invoice: &Value) -> Vec<(&'static str, String)> {
    let currency = &invoice["currency"];
    let happened = &invoice["status_transitions"];
    let subscription = &invoice["parent"]["subscription_details"]["subscription"];
    vec![
        ("Stripe請求ID", text(&invoice["id"])),
        ("請求書番号", text(&invoice["number"])),
        ("顧客ID", text(&invoice["customer"])),
        ("顧客名", text(&invoice["customer_name"])),
        ("契約ID", text(subscription)),
        ("状態", text(&invoice["status"])),
        ("通貨", text(currency)),
        ("請求額", money(&invoice["total"], currency)),
        ("入金額", money(&invoice["amount_paid"], currency)),
        ("未収額", money(&invoice["amount_remaining"], currency)),
        ("作成日", day_in_japan(&invoice["created"])),
        ("確定日時", minute(&happened["finalized_at"])),
        ("入金日時", minute(&happened["paid_at"])),
        ("支払期限", day_in_japan(&invoice["due_date"])),
        ("請求書URL", text(&invoice["hosted_invoice_url"])),
        ("摘要", text(&invoice["description"])),
        ("連携元", "Stripe".to_owned()),
    ]
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The demo's two currencies: yen have no decimals, dollars have two.
fn money(minor: &Value, currency: &Value) -> String {
    let Some(minor) = minor.as_i64() else {
        return String::new();
    };
    if currency == "jpy" {
        return minor.to_string();
    }
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

fn moment(seconds: &Value) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(seconds.as_i64()?).ok()
}

/// The calendar day in Japan.
fn day_in_japan(seconds: &Value) -> String {
    moment(seconds)
        .and_then(|moment| {
            moment.to_offset(offset!(+9)).format(format_description!("[year]-[month]-[day]")).ok()
        })
        .unwrap_or_default()
}

/// The instant as kintone gives it back: UTC, seconds cut.
fn minute(seconds: &Value) -> String {
    moment(seconds)
        .and_then(|moment| {
            moment.format(format_description!("[year]-[month]-[day]T[hour]:[minute]:00Z")).ok()
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form(kind: Kind) -> Value {
        let text = match kind {
            Kind::Customer => include_str!("../../forms/customers.json"),
            Kind::Subscription => include_str!("../../forms/subscriptions.json"),
            Kind::Invoice => include_str!("../../forms/invoices.json"),
        };
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn every_field_of_the_forms_is_expected_and_the_count_by_hand_is_right() {
        for kind in Kind::ALL {
            let expected = expected(kind, &json!({}));
            let form = form(kind);
            assert_eq!(expected.len(), kind.fields());
            assert_eq!(form.as_object().unwrap().len(), kind.fields());
            for (code, _) in expected {
                assert_eq!(form[code]["code"], code);
            }
        }
    }

    #[test]
    fn the_mapping_fills_every_field_of_the_forms() {
        let mapping: Value = serde_json::from_str(include_str!("../../mapping.json")).unwrap();
        for kind in Kind::ALL {
            let targets = mapping["targets"].as_object().unwrap();
            let target = targets.values().find(|target| target["app"] == kind.app()).unwrap();
            assert_eq!(target["source"], kind.object());
            assert_eq!(target["key"]["field"], kind.key());
            let mut codes: Vec<_> = target["fields"]
                .as_array()
                .unwrap()
                .iter()
                .map(|rule| rule["field"].as_str().unwrap())
                .chain([kind.key()])
                .collect();
            codes.sort_unstable();
            let form = form(kind);
            let mut form: Vec<_> = form.as_object().unwrap().keys().collect();
            form.sort_unstable();
            assert_eq!(codes, form);
        }
    }

    #[test]
    fn a_day_begins_at_midnight_in_japan() {
        // 2026-11-22T14:59:59Z and one second later.
        assert_eq!(day_in_japan(&json!(1_795_359_599)), "2026-11-22");
        assert_eq!(day_in_japan(&json!(1_795_359_600)), "2026-11-23");
        assert_eq!(day_in_japan(&Value::Null), "");
    }

    #[test]
    fn an_instant_stands_in_utc_without_its_seconds() {
        assert_eq!(minute(&json!(1_795_359_599)), "2026-11-22T14:59:00Z");
    }

    #[test]
    fn yen_have_no_decimals_and_dollars_two() {
        assert_eq!(money(&json!(12_000), &json!("jpy")), "12000");
        assert_eq!(money(&json!(2_905), &json!("usd")), "29.05");
        assert_eq!(money(&json!(-5), &json!("usd")), "-0.05");
        assert_eq!(money(&Value::Null, &json!("usd")), "");
    }
}
