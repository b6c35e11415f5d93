//! The apps that records are written to.

use daicho_sandbox::kintone::{NewApp, Permissions};
use serde_json::{Map, Value, json};

use crate::plan::Plan;
use crate::world::World;

/// A target: its name, the source, the kind of object that it stands in, and the number of its app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The target's name, and the app's.
    pub name: &'static str,
    /// The mapping's word for what becomes records.
    pub source: &'static str,
    /// The kind of the object that Stripe tells of.
    pub kind: &'static str,
    /// The app's number.
    pub app: u64,
}

/// Customers.
pub const CUSTOMERS: Place = Place { name: "customers", source: "customer", kind: "customer", app: 1 };
/// Subscriptions.
pub const SUBSCRIPTIONS: Place =
    Place { name: "subscriptions", source: "subscription", kind: "subscription", app: 2 };
/// Invoices.
pub const INVOICES: Place = Place { name: "invoices", source: "invoice", kind: "invoice", app: 3 };
/// Subscriptions' items.
pub const ITEMS: Place = Place { name: "items", source: "subscription_item", kind: "subscription", app: 4 };

/// Every app there is.
pub const ALL: [Place; 4] = [CUSTOMERS, SUBSCRIPTIONS, INVOICES, ITEMS];

/// The longest name that an app takes.
pub const LONGEST_NAME: usize = 20;

/// The targets of a plan.
#[must_use]
pub fn of(plan: &Plan) -> Vec<Place> {
    ALL.into_iter().filter(|place| *place != ITEMS || plan.elements).collect()
}

/// Makes the apps.
pub fn make(world: &World, plan: &Plan) {
    for place in ALL {
        let new: NewApp =
            serde_json::from_value(json!({"name": place.name, "properties": properties(plan, place)}))
                .expect("the simulation's apps are apps");
        let mut kintone = world.0.kintone.borrow_mut();
        assert_eq!(kintone.create_app(new), place.app, "apps are numbered in order");
        kintone.add_token(place.app, &token(place.app), Permissions::all(), true);
    }
}

/// An app's API token.
#[must_use]
pub fn token(app: u64) -> String {
    format!("token-{app}")
}

/// An app's form.
#[must_use]
pub fn properties(plan: &Plan, place: Place) -> Map<String, Value> {
    let text = |unique: bool| json!({"type": "SINGLE_LINE_TEXT", "unique": unique});
    let mut properties = json!({
        "id": text(true),
        "name": {"type": "SINGLE_LINE_TEXT", "maxLength": LONGEST_NAME.to_string()},
        "note": text(false), "own": text(false), "state": text(false),
        "mail": text(plan.unique_mail && place == CUSTOMERS),
        "amount": {"type": "NUMBER"},
        "a": text(false), "b": text(false), "c": text(false), "d": text(false), "e": text(false),
        "f": text(false), "g": text(false),
    });
    if plan.lookups && place == SUBSCRIPTIONS {
        properties["customer"] = json!({"type": "SINGLE_LINE_TEXT", "lookup": {
            "relatedApp": {"app": CUSTOMERS.app.to_string(), "code": ""}, "relatedKeyField": "id",
            "fieldMappings": [], "lookupPickerFields": [], "filterCond": "", "sort": "",
        }});
    }
    if plan.tables && place == INVOICES {
        let column = |code: &str| json!({"type": "SINGLE_LINE_TEXT", "code": code, "label": code});
        properties["lines"] = json!({"type": "SUBTABLE", "fields": {
            "line": column("line"), "what": column("what"), "remark": column("remark"),
        }});
    }
    let mut properties = properties.as_object().cloned().unwrap_or_default();
    for (code, property) in &mut properties {
        property["code"] = json!(code);
        property["label"] = json!(code);
    }
    properties
}
