//! Test clocks, as far as objects refer to them: the time in them is set, and bills nothing.

use std::sync::Arc;

use serde_json::Value;

use super::customers;
use super::desk::Desk;
use super::paging::passes;
use super::params::{Kind, Param, Params, apply, param};
use super::resource::{Action, Answer, Create, List, Resource};

pub(super) const KIND: &str = "test_helpers.test_clock";
/// Stripe deletes a clock 30 days after its creation.
const KEPT_SECONDS: i64 = 30 * 86_400;

const CREATE: &[Param] = &[param("frozen_time", Kind::Time).required(), param("name", Kind::Text)];
const ADVANCE: &[Param] = &[param("frozen_time", Kind::Time).required()];

pub(super) static RESOURCE: Resource = Resource {
    kind: KIND,
    path: "test_helpers/test_clocks",
    create: Some(Create { params: CREATE, make: create }),
    update: None,
    delete: Some(delete),
    list: Some(List { filters: &[], passes: |clock, filters| passes(clock, filters, &[]) }),
    actions: &[Action { name: "advance", params: ADVANCE, run: advance }],
    sublists: &[],
    expand: &[],
};

fn create(desk: &mut Desk<'_>, params: &Params) -> Answer {
    let mut clock = desk.blank(KIND, "clock");
    clock["deletes_after"] = (desk.seconds() + KEPT_SECONDS).into();
    apply(CREATE, params, &mut clock);
    Ok(desk.commit(KIND, clock, &["test_helpers.test_clock.created"]))
}

fn advance(desk: &mut Desk<'_>, current: &Arc<Value>, params: &Params) -> Answer {
    let mut clock = (**current).clone();
    apply(ADVANCE, params, &mut clock);
    Ok(desk.commit(KIND, clock, &["test_helpers.test_clock.ready"]))
}

/// Deleting a clock deletes its customers.
fn delete(desk: &mut Desk<'_>, current: &Arc<Value>) -> Answer {
    let of_clock = |customer: &&super::store::Row| customer.json["test_clock"] == current["id"];
    let owned: Vec<_> = desk
        .shelf()
        .newest_first(customers::KIND)
        .filter(of_clock)
        .map(|row| Arc::clone(&row.json))
        .collect();
    if let Some(delete) = customers::RESOURCE.delete {
        for customer in owned {
            delete(desk, &customer)?;
        }
    }
    Ok(desk.delete(KIND, current, Some("test_helpers.test_clock.deleted")))
}
