//! What `check`, `preview` and `suggest` can be asked.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use daicho_core::mapping::Source;

const CHECK_EXAMPLES: &str = "\
Examples:
  daicho check mapping.json --form customers=顧客管理.json
  daicho check mapping.json --form customers=c.json --form invoices=i.json --settings invoices=s.json
  daicho check mapping.json --form customers=c.json --lang en --json

A form file is what kintone's GET /k/v1/app/form/fields.json answers for the target's app, a settings
file what GET /k/v1/app/settings.json does. Targets without a form are checked by themselves alone.

Exit: 0 no error (there may be warnings), 1 errors, 2 a file that cannot be used.";

const PREVIEW_EXAMPLES: &str = "\
Examples:
  daicho preview mapping.json --target customers --object customer.json --form 顧客管理.json
  daicho preview mapping.json --target invoices --object in.json --form i.json --context context.json --json

The object is what Stripe's API answers. A context file holds what a mapping may need beside it:
  {\"related\": {\"cus_1\": {…}}, \"ledger\": {\"subscriptions\": […]}, \"current\": {…}, \"now\": 1795341600}
related: other objects by id; ledger: the customer's subscriptions, invoices and charges; current: the
record as kintone holds it now; now: the present moment, by the clock unless given.

The answer as JSON says what is done in `action`: write, keep (nothing), mark (the fields are written to a
record that is there) or delete.

Exit: 0 no error, 1 errors, 2 a file that cannot be used.";

const SUGGEST_EXAMPLES: &str = "\
Examples:
  daicho suggest --form 顧客管理.json --source customer > mapping.json
  daicho suggest --form invoices.json --source invoice --app 請求管理 --lang en

The mapping goes to standard output; how sure each rule is, and which fields have none, to standard
error. With --json all of it goes to standard output.

Exit: 0 the mapping passes its check, 1 something must be added in kintone first, 2 the form cannot be used.";

#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct Check {
    /// The mapping document
    pub(super) mapping: PathBuf,
    /// The form of a target's app; once for each target
    #[arg(long, value_name = "TARGET=FILE", value_parser = of_target)]
    pub(super) form: Vec<OfTarget>,
    /// The settings of a target's app, for the precision of its numbers
    #[arg(long, value_name = "TARGET=FILE", value_parser = of_target)]
    pub(super) settings: Vec<OfTarget>,
    /// The issues as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = PREVIEW_EXAMPLES)]
pub(crate) struct Preview {
    /// The mapping document
    pub(super) mapping: PathBuf,
    /// The target, by its name in the mapping
    #[arg(long)]
    pub(super) target: String,
    /// The object, as Stripe's API answers it
    #[arg(long, value_name = "FILE")]
    pub(super) object: PathBuf,
    /// The form of the target's app
    #[arg(long, value_name = "FILE")]
    pub(super) form: PathBuf,
    /// What the mapping needs beside the object
    #[arg(long, value_name = "FILE")]
    pub(super) context: Option<PathBuf>,
    /// The settings of the target's app, for the precision of its numbers
    #[arg(long, value_name = "FILE")]
    pub(super) settings: Option<PathBuf>,
    /// The record and its issues as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = SUGGEST_EXAMPLES)]
pub(crate) struct Suggest {
    /// The app's form
    #[arg(long, value_name = "FILE")]
    pub(super) form: PathBuf,
    /// What becomes a record of the app
    #[arg(long, value_enum)]
    pub(super) source: SourceArgument,
    /// The name by which the connections shall know the app
    #[arg(long, value_name = "ALIAS")]
    pub(super) app: Option<String>,
    /// The app's settings, for the precision of its numbers
    #[arg(long, value_name = "FILE")]
    pub(super) settings: Option<PathBuf>,
    /// The whole suggestion as JSON: the mapping, how sure each rule is, and what has none
    #[arg(long)]
    pub(super) json: bool,
}

/// A file that belongs to one target.
#[derive(Debug, Clone)]
pub(crate) struct OfTarget {
    pub(super) target: String,
    pub(super) file: PathBuf,
}

fn of_target(text: &str) -> Result<OfTarget, String> {
    match text.split_once('=') {
        Some((target, file)) if !target.is_empty() && !file.is_empty() => {
            Ok(OfTarget { target: target.to_owned(), file: file.into() })
        }
        _ => Err("write it as TARGET=FILE, customers=form.json for example".to_owned()),
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum SourceArgument {
    Customer,
    Subscription,
    Invoice,
    SubscriptionItem,
    InvoiceLine,
}

impl From<SourceArgument> for Source {
    fn from(source: SourceArgument) -> Self {
        match source {
            SourceArgument::Customer => Self::Customer,
            SourceArgument::Subscription => Self::Subscription,
            SourceArgument::Invoice => Self::Invoice,
            SourceArgument::SubscriptionItem => Self::SubscriptionItem,
            SourceArgument::InvoiceLine => Self::InvoiceLine,
        }
    }
}
