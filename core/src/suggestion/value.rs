//! The rule that writes what a field is taken for.

use crate::ByName;
use crate::text_search;

use super::Confidence;
use super::choice::{self, Choice};
use super::field::Means;
use super::name::normal;
use super::prefecture;
use super::reason::{Note, Why};
use super::vocabulary::{FigureKind, Gives, Part};
use crate::kintone::{Field, FieldType, LinkProtocol};
use crate::ledger::{ALL_RATES, Figure, TaxPart, TaxTotal};
use crate::mapping::{Empty, FieldRule, Otherwise, Source, Transform, Value, WritePolicy, Zone};
use crate::validation::is_enforced;

/// What the other fields of the form hold already.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Parts of an address that have a field of their own.
    pub(super) parts: Vec<Part>,
    /// Whether there is a field for the customer's or company's name.
    pub(super) has_name: bool,
    /// The currency that the first of those with money names.
    pub(super) currency: Option<&'static str>,
}

/// A rule, what should be known of it, and whether the field may hold something else.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) rule: FieldRule,
    pub(super) note: Option<Note>,
    /// How sure it can be at most.
    pub(super) most: Confidence,
}

/// A draft as it goes from hand to hand.
pub(super) type Built = Box<Draft>;

impl Draft {
    fn of(field: &Field, value: Value) -> Built {
        let rule = FieldRule {
            field: field.code.clone(),
            value,
            transform: Vec::new(),
            write_policy: WritePolicy::Always,
            empty: Empty::Clear,
            hidden: false,
        };
        Box::new(Self { rule, note: None, most: Confidence::High })
    }

    fn with(mut self: Box<Self>, transform: Transform) -> Built {
        self.rule.transform.push(transform);
        self
    }

    fn noted(mut self: Box<Self>, note: Note) -> Built {
        self.note = Some(note);
        self
    }

    fn at_most(mut self: Box<Self>, most: Confidence) -> Built {
        self.most = most;
        self
    }

    fn if_empty(mut self: Box<Self>) -> Built {
        self.rule.write_policy = WritePolicy::IfEmpty;
        self.noted(Note::IfEmpty)
    }
}

/// The rule for a field, or why it cannot hold what it is taken for.
pub(super) fn built(field: &Field, means: Means, source: Source, beside: &Beside) -> Result<Built, Why> {
    let writer = Writer { field, source, beside, of_customer: matches!(means, Means::Profile(_)) };
    match means {
        Means::Own(gives) | Means::Profile(gives) => writer.gives(*gives),
        Means::TaxAtRate(rate, part) => {
            writer.number(Value::TaxTotal(TaxTotal { rate: rate.to_owned(), part }))
        }
    }
    .ok_or(if field.kind.has_options() { Why::OtherOptions } else { Why::Misfit })
}

struct Writer<'a> {
    field: &'a Field,
    source: Source,
    beside: &'a Beside,
    /// Whether paths begin at the customer.
    of_customer: bool,
}

impl Writer<'_> {
    /// What people type too stays where Stripe has nothing, and a day that never changes stays as it is.
    fn gives(&self, gives: Gives) -> Option<Built> {
        let mut built = self.of(gives)?;
        let is_typed = match gives {
            // A card is what Stripe says it is.
            Gives::Expiry(_) => false,
            Gives::Choice(path, _) | Gives::Text(path) if path.starts_with("default_payment_method") => false,
            Gives::Text(_) => true,
            Gives::Moment("due_date" | "status_transitions.paid_at") => true,
            _ => self.of_customer,
        };
        if is_typed {
            built.rule.empty = Empty::Leave;
        }
        let is_entered = match gives {
            Gives::Moment("start_date") => true,
            Gives::Moment("created") => self.source != Source::Invoice,
            _ => false,
        };
        Some(if is_entered { built.if_empty() } else { built })
    }

    fn of(&self, gives: Gives) -> Option<Built> {
        match gives {
            Gives::Id(_) => None,
            Gives::Number(path) if is_enforced(self.field) => {
                Some(self.text(gives, self.at(path))?.noted(Note::WithoutDrafts))
            }
            Gives::Number(path)
            | Gives::Text(path)
            | Gives::Web(path)
            | Gives::Mail(path)
            | Gives::Phone(path) => self.text(gives, self.at(path)),
            Gives::Reference(path, _) if text_search::contains(path, "*") => self.texts(path),
            Gives::Reference(path, _) => self.text(gives, self.at(path)),
            Gives::Name(path) => self.name(path),
            Gives::Person => self.person(),
            Gives::Texts(path) => self.texts(path),
            Gives::Postal(path) => Some(self.text(gives, self.at(path))?.with(Transform::PostalCode {})),
            Gives::Part(part) => self.part(part),
            Gives::Address => self.address(),
            Gives::Moment(path) => self.moment(self.at(path)),
            Gives::Period(start, end) => self.period(start, end),
            Gives::Amount(path) => self.amount(path),
            Gives::Recurring => self.recurring(),
            Gives::Count(path) => Some(self.first_only(self.number(self.at(path))?, path)),
            Gives::Choice(path, choice) => self.choice(path, choice),
            Gives::Flag(path) => self.flag(path, false),
            Gives::NotFlag(path) => self.flag(path, true),
            Gives::Figure(figure) => self.figure(figure),
            Gives::Tax => {
                self.number(Value::TaxTotal(TaxTotal { rate: ALL_RATES.to_owned(), part: TaxPart::Tax }))
            }
            Gives::Expiry(path) => self.expiry(path),
            Gives::Note(path) => self.note(path),
            Gives::Metadata => self.metadata(),
            Gives::Origin => self.origin(),
        }
    }

    /// The first of these paths that has a value.
    fn at(&self, paths: &str) -> Value {
        let mut found = Vec::new();
        for path in paths.split(' ') {
            found.append(&mut self.paths_of(path));
        }
        if found.len() == 1 { Value::Path(found.swap_remove(0)) } else { Value::First(found) }
    }

    /// A path of the customer's, as it begins at the record's object.
    fn paths_of(&self, path: &str) -> Vec<String> {
        let default = path.strip_prefix("default_payment_method");
        match (self.of_customer, self.source, default) {
            (true, Source::Customer, Some(rest)) => {
                vec![["invoice_settings.default_payment_method", rest].concat()]
            }
            (true, Source::Subscription | Source::Invoice, Some(rest)) => {
                vec![path.to_owned(), ["customer.invoice_settings.default_payment_method", rest].concat()]
            }
            (true, Source::Subscription, None) => vec![["customer.", path].concat()],
            // An invoice keeps what the customer was when it was made out.
            (true, Source::Invoice, None) => {
                let own = ["name", "email", "phone", "address"];
                let is_own = own.iter().any(|name| path == *name || path.starts_with("address."));
                vec![[if is_own { "customer_" } else { "customer." }, path].concat()]
            }
            _ => vec![path.to_owned()],
        }
    }

    fn built(&self, value: Value) -> Built {
        Draft::of(self.field, value)
    }

    fn is_text(&self) -> bool {
        matches!(self.field.kind, FieldType::SingleLineText | FieldType::MultiLineText | FieldType::RichText)
    }

    fn text(&self, gives: Gives, value: Value) -> Option<Built> {
        let fits = match (&self.field.kind, gives) {
            (FieldType::Link, Gives::Mail(_)) => self.field.protocol == Some(LinkProtocol::Mail),
            (FieldType::Link, Gives::Phone(_)) => self.field.protocol == Some(LinkProtocol::Call),
            (FieldType::Link, Gives::Web(_)) => self.field.protocol == Some(LinkProtocol::Web),
            _ => self.is_text(),
        };
        fits.then(|| self.built(value))
    }

    fn texts(&self, paths: &str) -> Option<Built> {
        let with = if normal(&self.field.label).is_ascii() { ", " } else { "、" };
        self.is_text().then(|| self.built(self.at(paths)).with(Transform::Join { with: with.to_owned() }))
    }

    /// A required name must be there even where Stripe knows only the mail address.
    fn name(&self, path: &'static str) -> Option<Built> {
        let mut built = self.text(Gives::Name(path), self.at(path))?;
        if self.field.required {
            let id = match (self.of_customer, self.source) {
                (true, Source::Subscription | Source::Invoice) => "customer",
                _ => "id",
            };
            let paths = ["name", "email"].iter().flat_map(|path| self.paths_of(path));
            built.rule.value = Value::First(paths.chain([id.to_owned()]).collect());
        }
        Some(built)
    }

    fn person(&self) -> Option<Built> {
        if !self.beside.has_name || self.field.required {
            return self.text(Gives::Person, self.at("individual_name name"));
        }
        // The company's name is no person's; what people wrote stays.
        let path = match self.source {
            Source::Customer => "individual_name",
            _ => "customer.individual_name",
        };
        Some(self.text(Gives::Person, Value::Path(path.to_owned()))?.at_most(Confidence::Medium))
    }

    fn part(&self, part: Part) -> Option<Built> {
        let value = self.at(&["address.", part.property()].concat());
        if part == Part::State && self.field.kind.has_options() {
            // What is not written as an option is must not keep the whole record away.
            return Some(self.mapped(value, prefecture::among(&self.field.options)));
        }
        self.is_text().then(|| self.built(value))
    }

    fn address(&self) -> Option<Built> {
        let parts: Vec<Part> =
            Part::ALL.into_iter().filter(|part| !self.beside.parts.contains(part)).collect();
        let is_english = normal(&self.field.label).is_ascii();
        let order = if is_english { western(&parts) } else { parts };
        let expression = |part: &Part| {
            let path = text_search::join(&self.paths_of(&["address.", part.property()].concat()), "");
            ["{{ ", &path, " }}"].concat()
        };
        let expressions: Vec<String> = order.iter().map(expression).collect();
        let value = match (order.as_slice(), expressions.as_slice()) {
            ([], _) => return None,
            ([only], _) => self.at(&["address.", only.property()].concat()),
            // The building stands apart from the number: 丸の内1-1-1 丸の内ビル.
            _ if is_english => Value::Template(text_search::join(&expressions, " ")),
            ([.., Part::Line2], [before @ .., building]) => {
                Value::Template([&text_search::join(before, ""), " ", building].concat())
            }
            _ => Value::Template(text_search::join(&expressions, "")),
        };
        let is_template = matches!(value, Value::Template(_));
        let built = self.is_text().then(|| self.built(value))?;
        Some(if is_template { built.with(Transform::Trim {}) } else { built })
    }

    fn moment(&self, value: Value) -> Option<Built> {
        let built = self.built(value);
        match self.field.kind {
            FieldType::Datetime => Some(built.with(Transform::Datetime {})),
            FieldType::Date => Some(built.with(Transform::Date { zone: Zone::default() })),
            _ if self.is_text() => Some(built.with(Transform::Date { zone: Zone::default() })),
            _ => None,
        }
    }

    fn period(&self, start: &str, end: &str) -> Option<Built> {
        let to = if normal(&self.field.label).is_ascii() { " - " } else { "〜" };
        let template = ["{{ ", start, " | date }}", to, "{{ ", end, " | date }}"].concat();
        self.is_text().then(|| self.built(Value::Template(template)))
    }

    fn number(&self, value: Value) -> Option<Built> {
        (self.is_text() || self.field.kind == FieldType::Number).then(|| self.built(value))
    }

    fn amount(&self, paths: &str) -> Option<Built> {
        // Of an item only the price has a currency.
        let currency = if paths.starts_with("price.") { "price.currency" } else { "currency" };
        let built = self.number(self.at(paths))?.with(Transform::Amount { currency: currency.to_owned() });
        Some(self.first_only(built, paths))
    }

    fn first_only(&self, built: Built, paths: &str) -> Built {
        if paths.starts_with("items.data[0]") { built.noted(Note::FirstOnly) } else { built }
    }

    /// No path says what quantities and several items come to.
    fn recurring(&self) -> Option<Built> {
        let built = self.figure(FigureKind::Monthly)?;
        Some(built.noted(Note::PerMonth(self.currency())).at_most(Confidence::Medium))
    }

    fn choice(&self, paths: &str, choice: &Choice) -> Option<Built> {
        let is_interval = std::ptr::eq(choice, &choice::INTERVAL);
        let value = if is_interval { every(paths) } else { self.at(paths) };
        if self.field.kind.has_options() {
            let options = choice.among(&self.field.options);
            if options.found.is_empty() || !(options.is_sure || choice.needed.is_empty()) {
                return None;
            }
            if options.are_stripes {
                return Some(self.built(value));
            }
            let found = options.found.into_iter().map(|(value, option)| (value.to_owned(), option));
            let built = self.mapped(value, found.collect());
            let is_open = choice.needed.is_empty() || options.missing.is_empty();
            return Some(if is_open {
                built
            } else {
                built.noted(Note::NoOption(options.missing.join(", ")))
            });
        }
        let shown: ByName<String> =
            choice.shown().map(|(value, shown)| (value.to_owned(), shown.to_owned())).collect();
        let built = self.number(value).filter(|_| self.is_text() || shown.is_empty())?;
        Some(if std::ptr::eq(choice, &choice::CURRENCY) {
            built.with(Transform::Case { to: crate::mapping::LetterCase::Upper })
        } else if shown.is_empty() || normal(&self.field.label).is_ascii() {
            built
        } else {
            built.with(Transform::Map { values: shown, otherwise: Otherwise::Keep })
        })
    }

    /// Values to options. One that has none leaves the field empty, unless it is required: then a
    /// person is told.
    fn mapped(&self, value: Value, values: ByName<String>) -> Built {
        let otherwise = if is_enforced(self.field) { Otherwise::Error } else { Otherwise::Empty };
        self.built(value).with(Transform::Map { values, otherwise })
    }

    fn flag(&self, path: &str, is_opposite: bool) -> Option<Built> {
        let (yes, no) = match (&self.field.kind, self.field.options.as_slice()) {
            (FieldType::CheckBox | FieldType::MultiSelect, [only]) => (only.clone(), String::new()),
            (kind, options) if kind.has_options() => {
                let yes = choice::option_of(options, choice::YES)?;
                let no = choice::option_of(options, choice::NO)?;
                (yes.to_owned(), no.to_owned())
            }
            _ if !self.is_text() => return None,
            _ if normal(&self.field.label).is_ascii() => ("Yes".to_owned(), "No".to_owned()),
            _ => ("はい".to_owned(), "いいえ".to_owned()),
        };
        let (yes, no) = if is_opposite { (no, yes) } else { (yes, no) };
        Some(self.built(self.at(path)).with(Transform::Boolean { yes, no }))
    }

    fn figure(&self, kind: FigureKind) -> Option<Built> {
        let code = self.currency();
        let currency = || code.to_ascii_lowercase();
        let figure = match kind {
            FigureKind::Monthly | FigureKind::Yearly => {
                Figure::MonthlyRecurringRevenue { currency: currency() }
            }
            FigureKind::Tenure => Figure::TenureMonths { zone: Zone::default() },
            FigureKind::LifetimePaid => Figure::LifetimePaid { currency: currency() },
            FigureKind::ActiveSubscriptions => Figure::ActiveSubscriptions {},
            FigureKind::Unpaid => Figure::UnpaidAmount { currency: currency() },
            FigureKind::NextBilling => return self.moment(Value::Ledger(Figure::NextBillingDate {})),
            FigureKind::FirstPayment => return self.moment(Value::Ledger(Figure::FirstPaymentDate {})),
            FigureKind::LastPayment => return self.moment(Value::Ledger(Figure::LastPaymentDate {})),
        };
        let is_money = !matches!(kind, FigureKind::Tenure | FigureKind::ActiveSubscriptions);
        let built = self.number(Value::Ledger(figure))?;
        let built = if is_money { built.noted(Note::Currency(code)) } else { built };
        Some(if kind == FigureKind::Yearly {
            built.with(Transform::Multiply { number: "12".to_owned() })
        } else {
            built
        })
    }

    /// The currency that the field or another one names; the yen where none does.
    fn currency(&self) -> &'static str {
        named_currency(self.field).or(self.beside.currency).unwrap_or("JPY")
    }

    fn expiry(&self, card: &str) -> Option<Built> {
        // A template takes one path, so a subscription's own card is not told from its customer's.
        let card = self.paths_of(card).pop()?;
        let template = ["{{ ", &card, ".exp_month }}/{{ ", &card, ".exp_year }}"].concat();
        self.is_text().then(|| self.built(Value::Template(template)))
    }

    fn note(&self, path: &'static str) -> Option<Built> {
        let built = self.text(Gives::Note(path), Value::Path(path.to_owned()))?;
        Some(built.at_most(Confidence::Medium).if_empty())
    }

    /// Only for a field that may stay as people filled it.
    fn metadata(&self) -> Option<Built> {
        let name = &self.field.label;
        let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
        let path = self.paths_of(&["metadata[\"", &quoted, "\"]"].concat()).concat();
        let built = self.text(Gives::Metadata, Value::Path(path)).filter(|_| !self.field.required)?;
        Some(built.at_most(Confidence::Low).noted(Note::Metadata(name.clone())))
    }

    fn origin(&self) -> Option<Built> {
        let stripe = "Stripe".to_owned();
        let fits = self.is_text() || self.field.kind.has_options() && self.field.options.contains(&stripe);
        fits.then(|| self.built(Value::Constant(stripe)))
    }
}

/// The currency that a field's label or code names.
pub(super) fn named_currency(field: &Field) -> Option<&'static str> {
    const SIGNS: [(&str, &str); 4] =
        [("USD", "$|usd|ドル"), ("EUR", "€|eur|ユーロ"), ("GBP", "£|gbp|ポンド"), ("JPY", "円|¥|￥|jpy|yen")];
    let text = crate::letter_case::lower(&[&field.label, " ", &field.code].concat());
    SIGNS.iter().find(|(_, signs)| text_search::contains_any(&text, signs)).map(|(code, _)| *code)
}

/// How often it recurs: `3 month`.
fn every(interval: &str) -> Value {
    Value::Template(["{{ ", interval, "_count }} {{ ", interval, " }}"].concat())
}

/// The street first, as in the West.
fn western(parts: &[Part]) -> Vec<Part> {
    let order = [Part::Line1, Part::Line2, Part::City, Part::State];
    order.into_iter().filter(|part| parts.contains(part)).collect()
}
