//! What a projection looks at beyond its object, so that it can be gathered first.
//!
//! A path may go on through what was just gathered, so whoever gathers asks again with more in the
//! context, until nothing new is named. A path has an end, so that ends.

use std::collections::BTreeSet;

use crate::json::Value as Json;

use super::Context;
use super::context::{Scope, Zones};
use super::figure::CompiledFigure;
use super::project::{CompiledField, CompiledTarget};
use super::related::{Seer, kind_of};
use crate::stripe::Kind;
use crate::validation::{Code, Issue};

/// Something beyond its object that a projection looks at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// The object with this id.
    Object {
        /// Its kind.
        kind: Kind,
        /// Its id.
        id: String,
    },
    /// An object that Stripe gives only within another one, read with it expanded: a discount.
    Within {
        /// Its kind.
        kind: Kind,
        /// Its id.
        id: String,
        /// The kind of the object that holds it.
        holder_kind: Kind,
        /// The id of the object that holds it.
        holder: String,
    },
    /// One of a customer's lists, whole.
    List {
        /// The customer's id.
        customer: String,
        /// Which list.
        list: List,
    },
}

/// A list of a customer's objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    /// All subscriptions, cancelled ones included.
    Subscriptions,
    /// All invoices.
    Invoices,
    /// All charges.
    Charges,
    /// All tax ids.
    TaxIds,
}

impl List {
    /// Every list.
    pub const ALL: [Self; 4] = [Self::Subscriptions, Self::Invoices, Self::Charges, Self::TaxIds];

    /// The kind of its objects.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Subscriptions => Kind::Subscription,
            Self::Invoices => Kind::Invoice,
            Self::Charges => Kind::Charge,
            Self::TaxIds => Kind::TaxId,
        }
    }

    /// The list that objects of this kind stand in.
    #[must_use]
    pub fn of(kind: &Kind) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.kind() == *kind)
    }

    /// Its name: `subscriptions`, `invoices`, `charges`, `tax_ids`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Subscriptions => "subscriptions",
            Self::Invoices => "invoices",
            Self::Charges => "charges",
            Self::TaxIds => "tax_ids",
        }
    }
}

impl CompiledTarget {
    /// What the projection of `object` looks at beyond it, as far as can be told from what `context`
    /// holds already.
    #[must_use]
    pub fn references(&self, object: &Json, context: &Context, zones: &dyn Zones) -> BTreeSet<Reference> {
        let scope = Scope { object, root: object, context, zones };
        let mut seen = References::default();
        self.look(scope, &mut seen);
        seen.0
    }

    /// The kinds of objects beyond its own that the target looks at, whatever the object: those whose
    /// events matter to it.
    #[must_use]
    pub fn reaches(&self) -> BTreeSet<Kind> {
        self.fields().flat_map(CompiledField::reaches).collect()
    }

    /// An issue for each field that looks at an object of a kind that is not `followed`: whoever keeps
    /// records true by events cannot write it.
    pub fn not_followed(&self, followed: impl Fn(&Kind) -> bool) -> Vec<Issue> {
        let mut issues = Vec::new();
        for field in self.fields() {
            for kind in field.reaches().into_iter().filter(|kind| !followed(kind)) {
                let at = Issue::of(Code::NotFollowed).target(&self.name).detail(kind.as_str());
                issues.push(at.rule(field.rule).field(&field.code).build());
            }
        }
        issues
    }

    /// Whether a figure of it changes with the date, though nothing changes at Stripe.
    #[must_use]
    pub fn changes_with_the_date(&self) -> bool {
        self.fields().filter_map(CompiledField::figure).any(CompiledFigure::changes_with_the_date)
    }
}

/// Keeps what was seen.
#[derive(Default)]
pub(super) struct References(BTreeSet<Reference>);

impl References {
    /// An object, by its id.
    pub(super) fn object(&mut self, kind: Kind, id: &str) {
        self.0.insert(Reference::Object { kind, id: id.to_owned() });
    }

    /// A list of the customer's.
    pub(super) fn list(&mut self, customer: &str, list: List) {
        self.0.insert(Reference::List { customer: customer.to_owned(), list });
    }

    /// A discount of what `holder` holds.
    pub(super) fn discount(&mut self, id: &str, holder: &Json) {
        if let Some((holder_kind, holder)) = readable(holder) {
            let (id, holder) = (id.to_owned(), holder.to_owned());
            self.0.insert(Reference::Within { kind: Kind::Discount, id, holder_kind, holder });
        }
    }
}

impl Seer for References {
    fn id(&mut self, property: &str, id: &str, holder: &Json) {
        match kind_of(property).map(Kind::from_object) {
            Some(Kind::Discount) => self.discount(id, holder),
            Some(kind) => self.object(kind, id),
            None => {}
        }
    }

    fn tax_ids(&mut self, customer: &str) {
        self.list(customer, List::TaxIds);
    }
}

/// What Stripe is asked for where an object has to be read: an element by what its list stands in.
fn readable(object: &Json) -> Option<(Kind, &str)> {
    let text = |name: &str| object.get(name).and_then(Json::as_str);
    let kind = Kind::from_object(text("object")?);
    match kind {
        Kind::SubscriptionItem => Some((Kind::Subscription, text("subscription")?)),
        Kind::LineItem => Some((Kind::Invoice, text("invoice")?)),
        _ => Some((kind, text("id")?)),
    }
}

#[cfg(test)]
#[path = "reference_tests.rs"]
#[expect(clippy::needless_pass_by_value, reason = "json!(…) reads best as it stands")]
mod tests;
