//! Following a path from the object to others: `customer.name` of a subscription.

use crate::json::Value;

use super::context::{Context, Scope};
use super::{Path, Step};

/// Properties of Stripe's objects whose value is the id of another object, or a list of such ids,
/// unless they are expanded, and the kind of that object. Source: Stripe's API reference, attributes
/// marked "Expandable".
const REFERENCES: [(&str, &str); 21] = [
    ("account_tax_ids", "tax_id"),
    ("charge", "charge"),
    ("coupon", "coupon"),
    ("customer", "customer"),
    ("default_payment_method", "payment_method"),
    ("default_source", "source"),
    ("discounts", "discount"),
    ("invoice", "invoice"),
    ("latest_charge", "charge"),
    ("latest_invoice", "invoice"),
    ("on_behalf_of", "account"),
    ("payment_intent", "payment_intent"),
    ("payment_method", "payment_method"),
    ("pending_setup_intent", "setup_intent"),
    ("price", "price"),
    ("product", "product"),
    ("promotion_code", "promotion_code"),
    ("quote", "quote"),
    ("schedule", "subscription_schedule"),
    ("subscription", "subscription"),
    ("tax_rate", "tax_rate"),
];

/// A customer's property that is missing unless it is expanded.
const ONLY_EXPANDED: &str = "tax_ids";

/// Why a path cannot be followed to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lost {
    /// It leads to an object that the context does not hold.
    NotGathered(String),
    /// It leads through a list of which only the first page is here (`has_more`).
    Incomplete(String),
}

/// Looks on as a path is followed out of the object.
pub(super) trait Seer {
    /// The path goes on through the object that `property` names by its id. `holder` is the object at
    /// Stripe in which that stands.
    fn id(&mut self, property: &str, id: &str, holder: &Value);
    /// It goes on through a customer's tax ids.
    fn tax_ids(&mut self, customer: &str);
}

/// For a projection, which only wants the value.
struct Nobody;

impl Seer for Nobody {
    fn id(&mut self, _: &str, _: &str, _: &Value) {}
    fn tax_ids(&mut self, _: &str) {}
}

impl Path {
    /// Whether it leads out of the object, by an id or to what only an expanded object has.
    #[must_use]
    pub fn needs_related(&self) -> bool {
        self.related_kinds().next().is_some()
    }

    /// The kinds of the objects that it goes on through, in Stripe's words.
    pub(super) fn related_kinds(&self) -> impl Iterator<Item = &'static str> {
        let (mut pending, mut within, mut is_over) = (None, "", false);
        let kinds = self.steps().iter().flat_map(move |step| match step {
            _ if is_over => [None, None],
            Step::Property(name) => {
                let through: Option<&'static str> = pending.take();
                is_over = name == "metadata";
                // A subscription's item holds its whole price, an invoice's line only the id.
                pending = kind_of(name).filter(|kind| *kind != "price" || within == "price_details");
                within = name;
                [through, (name == ONLY_EXPANDED).then_some("tax_id")]
            }
            Step::Filter(_) => [pending, None],
            Step::Index(_) | Step::Wildcard => [None, None],
        });
        kinds.flatten()
    }

    /// What the path leads to: nothing, one value, or a list of those that there are when the path has
    /// a wildcard or filter.
    pub(crate) fn follow(&self, scope: Scope<'_>) -> Result<Value, Lost> {
        self.follow_seen(scope, &mut Nobody)
    }

    /// The same, with one who looks on.
    pub(super) fn follow_seen(&self, scope: Scope<'_>, seer: &mut impl Seer) -> Result<Value, Lost> {
        let mut found = Vec::new();
        let mut walk = Walk { context: scope.context, seer };
        walk.steps(self.steps(), scope.object, Place { property: None, holder: scope.root }, &mut found)?;
        Ok(if self.is_many() {
            found.into_iter().filter(|value| !value.is_null()).cloned().collect()
        } else {
            found.pop().cloned().unwrap_or_default()
        })
    }
}

/// The kind of the object whose id Stripe gives in this property where it is not expanded.
pub(super) fn kind_of(property: &str) -> Option<&'static str> {
    REFERENCES.iter().find(|(name, _)| *name == property).map(|(_, kind)| *kind)
}

struct Walk<'a, 's, S> {
    context: &'a Context,
    seer: &'s mut S,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place<'a, 'p> {
    /// The property, if it may hold an id.
    property: Option<&'p str>,
    /// The object of its own at Stripe.
    holder: &'a Value,
}

/// Does it for each, those after a failure too, so that one who looks on sees all of them. Answers the
/// first failure.
fn each<'v>(elements: &'v [Value], mut one: impl FnMut(&'v Value) -> Result<(), Lost>) -> Result<(), Lost> {
    let mut outcome = Ok(());
    for element in elements {
        outcome = outcome.and(one(element));
    }
    outcome
}

impl<'a, S: Seer> Walk<'a, '_, S> {
    fn steps(
        &mut self,
        steps: &[Step],
        value: &'a Value,
        place: Place<'a, '_>,
        found: &mut Vec<&'a Value>,
    ) -> Result<(), Lost> {
        let Some((step, rest)) = steps.split_first() else {
            found.push(value);
            return Ok(());
        };
        let elements = || value.as_array().map(Vec::as_slice).unwrap_or_default();
        match step {
            Step::Property(name) => {
                let value = self.referred(value, place)?;
                let holder = if place.property.is_some() { value } else { place.holder };
                let Some(next) = self.property(value, name)? else {
                    return Ok(());
                };
                let is_whole = value.get("has_more") != Some(&Value::Bool(true));
                if name == "data" && !is_whole && !matches!(rest.first(), Some(Step::Index(_))) {
                    return Err(Lost::Incomplete(Path::of(steps).text()));
                }
                let property = Some(name.as_str()).filter(|name| kind_of(name).is_some());
                if name == "metadata" {
                    found.extend(Path::of(rest).get(next));
                    return Ok(());
                }
                self.steps(rest, next, Place { property, holder }, found)
            }
            Step::Index(index) => {
                elements().get(*index).map_or(Ok(()), |next| self.steps(rest, next, place, found))
            }
            Step::Wildcard => each(elements(), |next| self.steps(rest, next, place, found)),
            Step::Filter(filter) => each(elements(), |next| {
                if filter.keeps(self.referred(next, place)?) {
                    self.steps(rest, next, place, found)?;
                }
                Ok(())
            }),
        }
    }

    /// The object that an id names; any other value is itself.
    fn referred(&mut self, value: &'a Value, place: Place<'a, '_>) -> Result<&'a Value, Lost> {
        match (place.property, value) {
            (Some(property), Value::String(id)) => {
                self.seer.id(property, id, place.holder);
                self.context.related.get(id).ok_or_else(|| Lost::NotGathered(id.clone()))
            }
            _ => Ok(value),
        }
    }

    fn property(&mut self, value: &'a Value, name: &str) -> Result<Option<&'a Value>, Lost> {
        let Some(properties) = value.as_object() else {
            return Ok(None);
        };
        let own = properties.get(name);
        let text = |name: &str| properties.get(name).and_then(Value::as_str).unwrap_or_default();
        if name != ONLY_EXPANDED || own.is_some_and(|value| !value.is_null()) || text("object") != "customer"
        {
            return Ok(own);
        }
        let id = text("id");
        self.seer.tax_ids(id);
        let expanded = self.context.related.get(id).and_then(|expanded| expanded.get(name));
        expanded.map(Some).ok_or_else(|| Lost::NotGathered([id, ".", name].concat()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mapping::BuiltInZones;

    fn follow(path: &str, object: &Value) -> Result<Value, Lost> {
        let context: Context = serde_json::from_value(json!({"related": {
            "cus_1": {"id": "cus_1", "object": "customer", "name": "山田商店", "default_source": "card_9",
                "invoice_settings": {"default_payment_method": "pm_1"},
                "tax_ids": {"object": "list", "data": [{"type": "jp_trn", "value": "T1234567890123"}]}},
            "pm_1": {"id": "pm_1", "card": {"brand": "visa", "last4": "4242", "exp_month": 8}},
            "prod_1": {"id": "prod_1", "name": "基本プラン"},
            "txr_10": {"id": "txr_10", "percentage": 10.0},
            "di_1": {"id": "di_1", "end": null},
        }}))
        .unwrap();
        let path = Path::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        path.follow(Scope { object, root: object, context: &context, zones: &BuiltInZones })
    }

    fn subscription() -> Value {
        json!({"id": "sub_1", "customer": "cus_1", "default_payment_method": null, "discounts": ["di_1"],
            "latest_invoice": "in_9", "metadata": {"customer": "cus_1", "product": "x"},
            "items": {"data": [
                {"quantity": 2, "price": {"product": "prod_1", "nickname": "月額"}},
                {"quantity": 1, "price": {"product": {"id": "prod_2", "name": "追加"}, "nickname": null}}]},
            "tax": [{"amount": 10, "tax_rate_details": {"tax_rate": "txr_10"}}]})
    }

    #[test]
    fn an_id_is_followed_to_the_object_it_names() {
        for (path, value) in [
            ("customer", json!("cus_1")),
            ("customer.name", json!("山田商店")),
            ("customer.invoice_settings.default_payment_method.card.last4", json!("4242")),
            ("customer.tax_ids.data[0].value", json!("T1234567890123")),
            ("items.data[0].price.product.name", json!("基本プラン")),
            ("items.data[*].price.product.name", json!(["基本プラン", "追加"])),
            ("items.data[*].price.nickname", json!(["月額"])),
            ("items.data[?quantity==1].price.product.name", json!(["追加"])),
            ("discounts[0].end", json!(null)),
            ("discounts[*]", json!(["di_1"])),
            ("tax[0].tax_rate_details.tax_rate.percentage", json!(10.0)),
            ("default_payment_method.card.brand", json!(null)),
            ("nowhere[*].x", json!([])),
        ] {
            assert_eq!(follow(path, &subscription()), Ok(value), "{path}");
        }
    }

    #[test]
    fn an_object_that_was_not_gathered_is_never_nothing() {
        assert_eq!(
            follow("latest_invoice.number", &subscription()),
            Err(Lost::NotGathered("in_9".to_owned()))
        );
        assert_eq!(follow("latest_invoice", &subscription()), Ok(json!("in_9")));
        let customer = json!({"id": "cus_2", "object": "customer"});
        assert_eq!(
            follow("tax_ids.data[0].value", &customer),
            Err(Lost::NotGathered("cus_2.tax_ids".to_owned()))
        );
    }

    #[test]
    fn a_list_that_is_cut_is_never_taken_for_the_whole() {
        let cut = json!({"items": {"has_more": true, "data": [{"quantity": 1}]}});
        assert_eq!(follow("items.data[0].quantity", &cut), Ok(json!(1)));
        for path in ["items.data[*].quantity", "items.data", "items.data[?quantity==1]"] {
            assert!(matches!(follow(path, &cut), Err(Lost::Incomplete(_))), "{path}");
        }
    }

    #[test]
    fn metadata_is_text_and_no_reference() {
        assert_eq!(follow("metadata.customer", &subscription()), Ok(json!("cus_1")));
        assert_eq!(follow("metadata.customer.name", &subscription()), Ok(json!(null)));
    }

    #[test]
    fn a_path_knows_whether_it_leads_out_of_the_object() {
        for (path, out) in [
            ("customer", false),
            ("customer.name", true),
            ("metadata.customer.name", false),
            ("items.data[*].price", false),
            ("items.data[*].price.nickname", false),
            ("lines.data[0].pricing.price_details.price.nickname", true),
            ("items.data[*].price.product.name", true),
            ("discounts[0]", false),
            ("discounts[0].id", true),
            ("tax_ids.data", true),
        ] {
            assert_eq!(Path::parse(path).unwrap().needs_related(), out, "{path}");
        }
    }
}
