//! What Stripe's API reference says of the values at some of its paths.

use crate::kintone::{Field, FieldType, LinkProtocol};
use crate::mapping::{Path, Source, Step};
use crate::stripe::currency;

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// One of these, by a space.
    Words(&'static str),
    /// `jpy`
    Currency,
    /// Unix seconds.
    Moment,
    /// An amount in the currency's minor units.
    Minor,
    Mail,
    Web,
    /// An id of about as many characters.
    Id(u32),
}

/// Properties that mean the same wherever they stand, by a space.
static PROPERTIES: [(Known, &str); 9] = [
    (
        Known::Words("true false"),
        "cancel_at_period_end delinquent livemode proration auto_advance active discountable",
    ),
    (Known::Words("charge_automatically send_invoice"), "collection_method"),
    (Known::Words("day week month year"), "interval"),
    (Known::Currency, "currency"),
    (
        Known::Moment,
        "created start_date current_period_start current_period_end trial_start trial_end cancel_at canceled_at \
         ended_at due_date effective_at finalized_at paid_at voided_at marked_uncollectible_at \
         next_payment_attempt period_start period_end billing_cycle_anchor",
    ),
    (
        Known::Minor,
        "amount amount_due amount_paid amount_remaining amount_shipping total subtotal total_excluding_tax \
         subtotal_excluding_tax unit_amount unit_amount_decimal balance starting_balance ending_balance \
         pre_payment_credit_notes_amount post_payment_credit_notes_amount",
    ),
    (Known::Mail, "email customer_email"),
    (Known::Web, "hosted_invoice_url invoice_pdf"),
    (Known::Id(18), "customer"),
];

/// How many characters Stripe's ids have, by the examples of its API reference. They may be up to 255;
/// a merchant may also choose a customer's.
pub(super) fn id_length(source: Source) -> u32 {
    match source {
        Source::Customer => 18,
        Source::Subscription => 28,
        Source::Invoice | Source::InvoiceLine => 27,
        Source::SubscriptionItem => 17,
    }
}

impl Known {
    /// What is known of the value at a path; nothing of metadata, whose names are people's.
    pub(super) fn at(path: &str, source: Source) -> Option<Self> {
        match (path, source) {
            ("id", _) => return Some(Self::Id(id_length(source))),
            ("status", Source::Subscription) => {
                return Some(Self::Words(
                    "incomplete incomplete_expired trialing active past_due canceled unpaid paused",
                ));
            }
            ("status", Source::Invoice) => return Some(Self::Words("draft open paid uncollectible void")),
            _ => {}
        }
        let path = Path::parse(path).ok()?;
        let Some(Step::Property(last)) =
            path.steps().iter().rev().find(|step| matches!(step, Step::Property(_)))
        else {
            return None;
        };
        let known = PROPERTIES.iter().find(|(_, names)| names.split(' ').any(|name| name == last));
        known.map(|(known, _)| *known)
    }

    /// Whether no such value can ever stand in the field.
    pub(super) fn never_fits(self, field: &Field) -> bool {
        match (&field.kind, field.protocol) {
            (FieldType::Number, _) => !matches!(self, Self::Moment | Self::Minor),
            (FieldType::Link, Some(LinkProtocol::Web)) => self != Self::Web,
            (FieldType::Link, Some(LinkProtocol::Mail)) => self != Self::Mail,
            (kind, _) if kind.has_options() => !field.options.iter().any(|option| self.may_be(option)),
            _ => false,
        }
    }

    fn may_be(self, text: &str) -> bool {
        match self {
            Self::Words(words) => words.split(' ').any(|word| word == text),
            Self::Currency => currency::is_currency(text) && text.bytes().all(|b| b.is_ascii_lowercase()),
            Self::Moment | Self::Minor => text.bytes().all(|b| b.is_ascii_digit()),
            Self::Mail => text.contains('@'),
            Self::Web => text.contains(':'),
            Self::Id(_) => text.contains('_'),
        }
    }
}
