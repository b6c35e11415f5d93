//! The restricted key that the README asks for.

use daicho_engine::delivery::letters::{Filter, Values};
use serde_json::json;

use crate::world::{Endpoint, mapping, put_up_with};

const HOUR: i64 = 3_600_000;
const README: &str = include_str!("../../../README.md");

/// What the README says a key must always read, as Stripe's paths name it.
fn permissions() -> Vec<String> {
    let (_, rest) = README.split_once("with *read* permission for **").unwrap();
    let (named, _) = rest.split_once("**").unwrap();
    let names = named.split([',', '\n']).flat_map(|part| part.split(" and "));
    names.map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()).collect()
}

#[test]
fn the_key_of_the_readme_is_refused_nothing_in_a_day_with_every_job() {
    assert!(permissions().len() >= 3, "{:?}", permissions());
    for endpoint in [Endpoint::Pinned, Endpoint::Other, Endpoint::Thin] {
        let mut life = put_up_with(1, endpoint);
        let early = life.make("/v1/customers", "name=early");
        life.world.0.stripe.borrow_mut().limit_key("rk_test_sandbox", permissions());
        life.configure();
        life.tenant.begin_backfill().unwrap();
        life.rest();
        let id = life.make("/v1/customers", "name=first");
        life.make(&format!("/v1/customers/{id}"), "name=second");
        life.rest();
        life.world.0.stripe.borrow_mut().delivery_rules().drop = 1.0;
        let unheard = life.make("/v1/customers", "name=unheard");
        life.pass(HOUR);
        let name = life.field(&unheard, "name");
        assert_eq!(name, "unheard", "{endpoint:?}: the gap check found it");
        life.pass(24 * HOUR);
        life.world.delete(&format!("/v1/customers/{id}"));
        life.pass(24 * HOUR);
        assert_eq!(life.field(&early, "name"), "early");
        let network = life.world.0.network.borrow();
        let refused = network.seen.iter().filter(|seen| seen.status == http::StatusCode::FORBIDDEN);
        // The account itself is one of several proofs, and the others are enough.
        let refused: Vec<_> = refused.map(|seen| &seen.path).filter(|path| *path != "/v1/account").collect();
        assert!(refused.is_empty(), "{endpoint:?}: {refused:?}");
    }
}

#[test]
fn a_figure_of_revenue_takes_coupons_beside_it_and_says_so_where_they_are_missing() {
    let mut life = put_up_with(1, Endpoint::Pinned);
    life.world.0.stripe.borrow_mut().limit_key("rk_test_sandbox", permissions());
    let revenue = json!({"ledger": {"monthly_recurring_revenue": {"currency": "jpy"}}});
    life.configure_with(&mapping("customer", &json!([{"field": "name", "value": revenue}])));
    let customer = life.customer("Hanako");
    let (_, price) = life.plan("Basic", 1_000);
    life.subscription(&customer, &price, "");
    life.rest();
    let letters = life.tenant.dead_letters(&Filter::default(), 0, 10, Values::Redacted).unwrap();
    assert_eq!(letters.iter().map(|letter| letter.code.as_str()).collect::<Vec<_>>(), ["related_missing"]);
    let with_coupons = permissions().into_iter().chain(["coupons".to_owned()]).collect();
    life.world.0.stripe.borrow_mut().limit_key("rk_test_sandbox", with_coupons);
    life.pass(4 * HOUR);
    assert_eq!(life.field(&customer, "name"), "1000");
    assert_eq!(life.tenant.dead_letters(&Filter::default(), 0, 10, Values::Redacted).unwrap(), []);
}
