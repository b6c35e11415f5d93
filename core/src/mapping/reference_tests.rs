use serde_json::{Value, json};

use super::*;
use crate::mapping::{BuiltInZones, Compiled};

fn target(source: &str, fields: Value) -> CompiledTarget {
    let mapping = json!({"version": 1, "targets": {"t": {
        "source": source, "app": "a", "key": {"field": "ID"}, "fields": fields}}});
    let mapping = serde_json::from_value(mapping).unwrap();
    Compiled::new(&mapping).unwrap_or_else(|issues| panic!("{issues:?}")).target("t").unwrap().clone()
}

fn path(path: &str) -> CompiledTarget {
    target("subscription", json!([{"field": "F", "value": {"path": path}}]))
}

fn context(context: Value) -> Context {
    serde_json::from_value(context).unwrap()
}

fn seen(target: &CompiledTarget, object: &Value, context: &Context) -> Vec<String> {
    let show = |reference: &Reference| match reference {
        Reference::Object { kind, id } => format!("{kind} {id}"),
        Reference::Within { kind, id, holder_kind, holder } => {
            format!("{kind} {id} in {holder_kind} {holder}")
        }
        Reference::List { customer, list } => format!("{customer}/{}", list.as_str()),
    };
    target.references(object, context, &BuiltInZones).iter().map(show).collect()
}

fn subscription() -> Value {
    json!({"id": "sub_1", "object": "subscription", "status": "active", "currency": "jpy", "customer": "cus_1",
        "default_payment_method": null, "discounts": ["di_1"], "items": {"data": [
            {"id": "si_1", "object": "subscription_item", "discounts": ["di_2"], "price": {"product": "prod_1"}},
            {"id": "si_2", "object": "subscription_item", "discounts": [], "price": {"product": "prod_2"}}]}})
}

#[test]
fn all_ids_of_a_list_are_seen_at_once_and_then_what_they_lead_to() {
    let nothing = Context::default();
    let object = subscription();
    let names = path("items.data[*].price.product.name");
    assert_eq!(seen(&names, &object, &nothing), ["product prod_1", "product prod_2"]);
    let deep = path("customer.invoice_settings.default_payment_method.card.last4");
    assert_eq!(seen(&deep, &object, &nothing), ["customer cus_1"]);
    let more = context(json!({"related": {
        "cus_1": {"id": "cus_1", "object": "customer", "invoice_settings": {"default_payment_method": "pm_1"}}}}));
    assert_eq!(seen(&deep, &object, &more), ["customer cus_1", "payment_method pm_1"]);
    assert_eq!(seen(&path("customer"), &object, &nothing), [] as [&str; 0]);
}

#[test]
fn of_several_paths_those_after_the_first_value_do_not_matter() {
    let rule = json!([{"field": "F", "value": {"first": [
        "default_payment_method.card.last4", "customer.name", "latest_invoice.number"]}}]);
    let target = target("subscription", rule);
    let object = subscription();
    assert_eq!(seen(&target, &object, &Context::default()), ["customer cus_1"]);
    let named = context(json!({"related": {"cus_1": {"object": "customer", "name": "山田商店"}}}));
    assert_eq!(seen(&target, &object, &named), ["customer cus_1"]);
    let mut paid = subscription();
    paid["latest_invoice"] = json!("in_1");
    let unnamed = context(json!({"related": {"cus_1": {"object": "customer", "name": null}}}));
    assert_eq!(seen(&target, &paid, &unnamed), ["customer cus_1", "invoice in_1"]);
}

#[test]
fn a_discount_is_seen_with_what_holds_it() {
    let object = subscription();
    let nothing = Context::default();
    assert_eq!(
        seen(&path("discounts[0].source.coupon.name"), &object, &nothing),
        ["discount di_1 in subscription sub_1"]
    );
    assert_eq!(
        seen(&path("items.data[*].discounts[?end==null]"), &object, &nothing),
        ["discount di_2 in subscription sub_1"]
    );
    let rows = json!([{"field": "表", "value": {"rows": {"list": "items.data", "key": {"field": "行"},
        "columns": [{"field": "割引", "value": {"path": "discounts[0].source.coupon.name"}}]}}}]);
    let given = context(json!({"related": {"di_2": {"source": {"coupon": "cp_1"}}}}));
    assert_eq!(
        seen(&target("subscription", rows), &object, &given),
        ["coupon cp_1", "discount di_2 in subscription sub_1"]
    );
    let mut item = object["items"]["data"][0].clone();
    item["subscription"] = json!("sub_9");
    let of_item = target("subscription_item", json!([{"field": "F", "value": {"path": "discounts[0].end"}}]));
    assert_eq!(seen(&of_item, &item, &nothing), ["discount di_2 in subscription sub_9"]);
}

#[test]
fn tax_ids_are_a_list_of_the_customer() {
    let taxed = path("customer.tax_ids.data[0].value");
    let customer = context(json!({"related": {"cus_1": {"id": "cus_1", "object": "customer"}}}));
    assert_eq!(seen(&taxed, &subscription(), &customer), ["customer cus_1", "cus_1/tax_ids"]);
    assert_eq!(seen(&path("tax_ids.data[0].value"), &subscription(), &customer), [] as [&str; 0]);
}

#[test]
fn a_figure_asks_for_its_list_and_revenue_for_discounts_and_coupons() {
    let figures = json!([
        {"field": "月額", "value": {"ledger": {"monthly_recurring_revenue": {"currency": "jpy"}}}},
        {"field": "入金", "value": {"ledger": {"lifetime_paid": {"currency": "jpy"}}}},
        {"field": "未収", "value": {"ledger": {"unpaid_amount": {"currency": "jpy"}}}}]);
    let of_customer = target("customer", figures.clone());
    let customer = json!({"id": "cus_1", "object": "customer"});
    let nothing = Context::default();
    assert_eq!(
        seen(&of_customer, &customer, &nothing),
        ["cus_1/subscriptions", "cus_1/invoices", "cus_1/charges"]
    );
    let listed = context(json!({"ledger": {"subscriptions": [subscription(),
        {"id": "sub_2", "object": "subscription", "status": "canceled", "discounts": ["di_9"]}]},
        "related": {"di_1": {"source": {"coupon": "cp_1"}}}}));
    let discounts =
        ["coupon cp_1", "discount di_1 in subscription sub_1", "discount di_2 in subscription sub_1"];
    assert_eq!(seen(&of_customer, &customer, &listed)[..1], discounts[..1]);
    assert_eq!(seen(&of_customer, &customer, &listed).len(), 6);
    let own = target("subscription", figures.clone());
    let own = seen(&own, &subscription(), &nothing);
    assert_eq!(own[..2], discounts[1..]);
    assert_eq!(own[2..], ["cus_1/invoices", "cus_1/charges"]);
    let line = json!({"object": "line_item", "invoice": "in_1"});
    let of_line = target("invoice_line", figures);
    assert_eq!(seen(&of_line, &line, &nothing), ["invoice in_1"]);
    let whose = context(json!({"related": {"in_1": {"customer": "cus_1"}}}));
    assert_eq!(seen(&of_line, &line, &whose).len(), 4);
}

#[test]
fn revenue_looks_at_the_discount_of_a_customer_whose_subscription_has_none() {
    let revenue = || json!([{"field": "月額", "value": {"ledger": {"monthly_recurring_revenue": {"currency": "jpy"}}}}]);
    let plain = json!({"id": "sub_1", "object": "subscription", "status": "active", "customer": "cus_1"});
    let customer = json!({"id": "cus_1", "object": "customer", "discount": {"source": {"coupon": "cp_1"}}});
    let of_subscription = target("subscription", revenue());
    assert_eq!(seen(&of_subscription, &plain, &Context::default()), ["customer cus_1"]);
    let known = context(json!({"related": {"cus_1": customer}, "ledger": {"subscriptions": [plain]}}));
    assert_eq!(seen(&of_subscription, &plain, &known), ["customer cus_1", "coupon cp_1"]);
    let of_customer = target("customer", revenue());
    assert_eq!(seen(&of_customer, &customer, &known), ["coupon cp_1", "cus_1/subscriptions"]);
}

#[test]
fn an_object_of_no_customer_has_no_customers_figures() {
    let figures = target(
        "invoice",
        json!([{"field": "F", "value": {"ledger": {"lifetime_paid": {"currency": "jpy"}}}}]),
    );
    let of_account =
        json!({"id": "in_1", "object": "invoice", "customer": null, "customer_account": "acct_9"});
    assert_eq!(seen(&figures, &of_account, &Context::default()), [] as [&str; 0]);
    let projection = figures.project_in(&of_account, None, &Context::default(), &BuiltInZones);
    assert_eq!(projection.record["F"].value, "");
    assert_eq!(projection.issues[0].code, "figure_unknown");
    assert!(!projection.issues[0].is_error());
}

#[test]
fn an_invoices_totals_ask_for_their_rates() {
    let total = json!([{"field": "税", "value": {"tax_total": {"rate": "10", "part": "tax"}}}]);
    let invoice = json!({"object": "invoice", "currency": "jpy", "total_taxes": [
        {"tax_rate_details": {"tax_rate": "txr_1"}}, {"tax_rate_details": {"tax_rate": "txr_2"}}]});
    let total = target("invoice", total);
    assert_eq!(seen(&total, &invoice, &Context::default()), ["tax_rate txr_1", "tax_rate txr_2"]);
    assert_eq!(total.reaches(), BTreeSet::from([Kind::TaxRate]));
    let whole = json!([{"field": "税", "value": {"tax_total": {"rate": "all", "part": "tax"}}}]);
    let whole = target("invoice", whole);
    assert_eq!(seen(&whole, &invoice, &Context::default()), [] as [&str; 0]);
    assert_eq!(whole.reaches(), BTreeSet::new());
}

#[test]
fn the_kinds_that_matter_are_known_whatever_the_object() {
    let kinds = |path_: &str| path(path_).reaches().iter().map(ToString::to_string).collect::<Vec<_>>();
    for (path, expected) in [
        ("customer", &[] as &[&str]),
        ("customer.name", &["customer"]),
        ("customer.tax_ids.data[0].value", &["customer", "tax_id"]),
        ("customer.invoice_settings.default_payment_method.card.last4", &["customer", "payment_method"]),
        ("discounts[?end==null]", &["discount"]),
        ("discounts[*].source.coupon.name", &["discount", "coupon"]),
        ("schedule.phases", &["subscription_schedule"]),
        ("metadata.customer.name", &[]),
    ] {
        assert_eq!(kinds(path), expected, "{path}");
    }
    let dated = |figure: Value| {
        target("customer", json!([{"field": "F", "value": {"ledger": figure}}])).changes_with_the_date()
    };
    assert!(dated(json!({"tenure_months": {}})));
    assert!(dated(json!({"monthly_recurring_revenue": {"currency": "jpy"}})));
    assert!(!dated(json!({"active_subscriptions": {}})));
}
