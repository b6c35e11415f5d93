//! Payment methods: cards, made from numbers or from Stripe's test ids (`pm_card_visa`, …).

use std::sync::Arc;

use serde_json::{Value, json};

use super::customers;
use super::desk::Desk;
use super::error::ApiError;
use super::expand::id;
use super::paging::passes;
use super::params::{Kind, Param, Params, apply, param};
use super::resource::{Action, Answer, Create, List, Resource, Update, update};

pub(super) const KIND: &str = "payment_method";

const BILLING_DETAILS: &[Param] = &[
    param("address", Kind::Hash(customers::ADDRESS)),
    param("email", Kind::Text),
    param("name", Kind::Text),
    param("phone", Kind::Text),
    param("tax_id", Kind::Text),
];

const CARD: &[Param] = &[
    param("cvc", Kind::Text).aside(),
    param("exp_month", Kind::Int),
    param("exp_year", Kind::Int),
    param("number", Kind::Text).aside(),
    param("token", Kind::Text).aside(),
];

const CARD_UPDATE: &[Param] = &[param("exp_month", Kind::Int), param("exp_year", Kind::Int)];

const REDISPLAY: Kind = Kind::Choice(&["always", "limited", "unspecified"]);

const CREATE: &[Param] = &[
    param("allow_redisplay", REDISPLAY),
    param("billing_details", Kind::Hash(BILLING_DETAILS)),
    param("card", Kind::Hash(CARD)),
    param("metadata", Kind::Metadata),
    param("type", Kind::Choice(&["card"])).required(),
];

const UPDATE: &[Param] = &[
    param("allow_redisplay", REDISPLAY),
    param("billing_details", Kind::Hash(BILLING_DETAILS)),
    param("card", Kind::Hash(CARD_UPDATE)),
    param("metadata", Kind::Metadata),
];

pub(super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "payment_methods",
    create: Some(Create { params: CREATE, make: create }),
    update: Some(Update {
        params: UPDATE,
        change: |desk, current, params| {
            Ok(update(desk, KIND, UPDATE, current, params, "payment_method.updated"))
        },
    }),
    delete: None,
    list: Some(List {
        filters: &[param("customer", Kind::Text), param("type", Kind::Text)],
        passes: |method, filters| passes(method, filters, &[]) && !method["customer"].is_null(),
    }),
    actions: &[
        Action { name: "attach", params: ATTACH, run: attach },
        Action { name: "detach", params: &[], run: detach },
    ],
    sublists: &[],
    expand: &[id("customer", customers::KIND)],
};

/// The last four digits of Stripe's test card that attaches but whose charges fail.
const CHARGE_FAILS: &str = "0341";
/// Those of the card that is refused at once.
const DECLINED: &str = "0002";

/// Stripe's test payment methods: id, number.
const TEST_CARDS: [(&str, &str); 8] = [
    ("pm_card_visa", "4242424242424242"),
    ("pm_card_mastercard", "5555555555554444"),
    ("pm_card_amex", "378282246310005"),
    ("pm_card_jcb", "3566002020360505"),
    ("pm_card_jp", "4000003920000003"),
    ("pm_card_chargeCustomerFail", "4000000000000341"),
    ("pm_card_chargeDeclined", "4000000000000002"),
    ("pm_card_visa_chargeDeclined", "4000000000000002"),
];

fn create(desk: &mut Desk<'_>, params: &Params) -> Answer {
    let card = params
        .get("card")
        .filter(|card| card.is_object())
        .ok_or_else(|| ApiError::missing_parameter("card"))?;
    let number = match (card["number"].as_str(), card["token"].as_str()) {
        (Some(number), _) => number.replace(' ', ""),
        (None, Some(token)) => number_of(&token.replacen("tok_", "pm_card_", 1))
            .ok_or_else(|| ApiError::missing("token", token, None).at("card[token]"))?
            .to_owned(),
        (None, None) => return Err(ApiError::missing_parameter("card[number]")),
    };
    let mut method = with_number(desk, &number);
    apply(CREATE, params, &mut method);
    Ok(desk.commit(KIND, method, &[]))
}

fn number_of(test_id: &str) -> Option<&'static str> {
    TEST_CARDS.iter().find(|(id, _)| *id == test_id).map(|(_, number)| *number)
}

fn with_number(desk: &mut Desk<'_>, number: &str) -> Value {
    let mut method = desk.blank(KIND, "pm");
    let brand = match number.as_bytes() {
        [b'5', ..] => "mastercard",
        [b'3', b'4' | b'7', ..] => "amex",
        [b'3', ..] => "jcb",
        _ => "visa",
    };
    let card = &mut method["card"];
    card["brand"] = brand.into();
    card["display_brand"] = brand.into();
    card["networks"] = json!({ "available": [brand], "preferred": null });
    card["last4"] = number.chars().skip(number.chars().count().saturating_sub(4)).collect::<String>().into();
    card["country"] = if number.starts_with("400000392") || brand == "jcb" { "JP" } else { "US" }.into();
    card["fingerprint"] = desk.world.ids.text(16).into();
    method
}

/// The payment method to attach: a test id makes a new one.
pub(super) fn to_attach(desk: &mut Desk<'_>, id: &str, at: &str) -> Answer {
    let method = match number_of(id) {
        Some(number) => {
            let method = with_number(desk, number);
            desk.commit(KIND, method, &[])
        }
        None => desk.find(KIND, id, at)?,
    };
    if method["card"]["last4"] == DECLINED { Err(ApiError::card_declined()) } else { Ok(method) }
}

/// Ties it to a customer.
pub(super) fn attach_to(desk: &mut Desk<'_>, method: Arc<Value>, customer: Value) -> Arc<Value> {
    let mut method = Arc::unwrap_or_clone(method);
    method["customer"] = customer;
    desk.commit(KIND, method, &["payment_method.attached"])
}

/// `POST /v1/payment_methods/{id}/attach` takes test ids too, which are no stored objects.
pub(super) fn attach_by_id(desk: &mut Desk<'_>, id: &str, params: &Params) -> Answer {
    let method = to_attach(desk, id, "payment_method")?;
    attach(desk, &method, params)
}

/// Whether this is one of Stripe's test ids.
pub(super) fn is_test_id(id: &str) -> bool {
    number_of(id).is_some()
}

/// What attaching takes.
pub(super) const ATTACH: &[Param] = &[param("customer", Kind::Ref(customers::KIND)).required()];

fn attach(desk: &mut Desk<'_>, current: &Arc<Value>, params: &Params) -> Answer {
    let customer = params.get("customer").cloned().unwrap_or_default();
    if !current["customer"].is_null() && current["customer"] != customer {
        let message = "The payment method you provided has already been attached to a customer.";
        return Err(ApiError::coded("payment_method_already_attached", message));
    }
    if current["card"]["last4"] == DECLINED {
        return Err(ApiError::card_declined());
    }
    Ok(attach_to(desk, Arc::clone(current), customer))
}

/// Detaching also takes it from the customer's defaults.
fn detach(desk: &mut Desk<'_>, current: &Arc<Value>, _: &Params) -> Answer {
    let Some(owner) = current["customer"].as_str() else {
        let message =
            "The payment method you provided is not attached to a customer so detachment is impossible.";
        return Err(ApiError::invalid(message));
    };
    if let Some(customer) = desk.shelf().live(customers::KIND, owner) {
        let mut customer = (**customer).clone();
        if customer["invoice_settings"]["default_payment_method"] == current["id"] {
            customer["invoice_settings"]["default_payment_method"] = Value::Null;
            let in_silence = desk.world.deliveries.rules.detach_in_silence;
            desk.commit(customers::KIND, customer, if in_silence { &[] } else { &["customer.updated"] });
        }
    }
    let mut method = (**current).clone();
    method["customer"] = Value::Null;
    let method = desk.commit(KIND, method, &[]);
    desk.tell_change("payment_method.detached", current, &method);
    Ok(method)
}

/// The card's network tells Stripe of a new expiry or number.
pub(super) fn renew_card(desk: &mut Desk<'_>, id: &str, changes: &Params) -> Option<Arc<Value>> {
    let mut method = (**desk.shelf().live(KIND, id)?).clone();
    for (name, value) in changes {
        method["card"][name.as_str()] = value.clone();
    }
    Some(desk.commit(KIND, method, &["payment_method.automatically_updated"]))
}

/// Whether a charge of this payment method goes through.
pub(super) fn charges(method: &Value) -> bool {
    method["card"]["last4"] != CHARGE_FAILS
}
