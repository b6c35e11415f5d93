//! Asking kintone about the app of each target before a document is stored.

use std::collections::BTreeMap;

use daicho_core::connections::AppConnection;
use daicho_core::kintone::AppAddress;
use daicho_core::mapping::Target;
use daicho_core::validation::{Issue, RefusedBy, Severity};

use super::{ConfigError, check};
use crate::binding::{self, Reason, Verdict};
use crate::kintone::{Access, AppForm, Client};
use crate::port::World;
use crate::settings::Settings;

/// What was found of a target's app.
pub(super) struct Surveyed {
    pub(super) name: String,
    pub(super) address: AppAddress,
    pub(super) form: Option<AppForm>,
    pub(super) issues: Vec<Issue>,
    pub(super) verdict: Verdict,
}

/// Reads each app's form once, however many targets write to it.
pub(super) struct Survey<'a, W> {
    world: &'a W,
    settings: &'a Settings,
    forms: BTreeMap<AppAddress, Result<AppForm, Verdict>>,
}

impl<'a, W: World> Survey<'a, W> {
    pub(super) fn new(world: &'a W, settings: &'a Settings) -> Self {
        Self { world, settings, forms: BTreeMap::new() }
    }

    pub(super) async fn of(
        &mut self,
        name: &str,
        target: &Target,
        connection: &AppConnection,
    ) -> Result<Surveyed, ConfigError> {
        let address = connection
            .address(&self.settings.dev_hosts)
            .map_err(|refused| ConfigError::Form { path: ".".to_owned(), reason: refused.to_string() })?;
        let access = match Access::open(self.world, self.settings, connection) {
            Ok(access) => access,
            Err(error) => return Ok(blocked(name, address, Verdict::of_access(&error))),
        };
        let client = Client::new(self.world, access);
        let form = match self.form(&client).await? {
            Ok(form) => form,
            Err(verdict) => return Ok(blocked(name, address, verdict)),
        };
        let issues = check::mapping_against_form(name, target, &form);
        let found = self.found(name, &client).await?;
        let verdict = found.map_or_else(|verdict| verdict, |found| Verdict::Fits { found });
        Ok(Surveyed { name: name.to_owned(), address, form: Some(form), issues, verdict })
    }

    async fn form(&mut self, client: &Client<'_, W>) -> Result<Result<AppForm, Verdict>, ConfigError> {
        if let Some(known) = self.forms.get(client.address()) {
            return Ok(known.clone());
        }
        let read = binding::read_form(self.world, client).await?;
        let form = read.map_err(|failure| Verdict::of_failure(&failure));
        self.forms.insert(client.address().clone(), form.clone());
        Ok(form)
    }

    /// Records are counted once, when the target is bound: later ones are our own.
    async fn found(&self, name: &str, client: &Client<'_, W>) -> Result<Result<i64, Verdict>, ConfigError> {
        let bound = binding::get(self.world, name)?;
        let known = bound.filter(|bound| bound.address == *client.address()).and_then(|bound| bound.found);
        if let Some(found) = known {
            return Ok(Ok(found));
        }
        let counted = client.count_records().await?;
        Ok(counted.map_err(|failure| Verdict::of_failure(&failure)))
    }
}

/// The document is stored all the same, and the target waits; a warning says for what.
fn blocked(name: &str, address: AppAddress, verdict: Verdict) -> Surveyed {
    let reason = match &verdict {
        Verdict::Wait { reason, .. } | Verdict::Pause(reason) => *reason,
        Verdict::Fits { .. } => Reason::NotChecked,
    };
    let issue = Issue {
        code: reason.code().to_owned(),
        severity: Severity::Warning,
        refused_by: RefusedBy::Kintone,
        target: Some(name.to_owned()),
        rule: None,
        field: None,
        label: None,
        value: None,
        text: reason.text(),
    };
    Surveyed { name: name.to_owned(), address, form: None, issues: vec![issue], verdict }
}
