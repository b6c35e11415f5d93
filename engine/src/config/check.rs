//! Holding the documents against each other, the secrets, and each app's form.

use std::collections::BTreeSet;

use daicho_core::connections::Connections;
use daicho_core::kintone::AppAddress;
use daicho_core::mapping::{Mapping, Target};
use daicho_core::validation::{Issue, RefusedBy, Severity, Text, check_target};

use crate::kintone::AppForm;
use crate::port::{Query, SqlError};
use crate::secret;
use crate::settings::Settings;

/// The secrets that the connections name and that are not stored.
pub(super) fn secrets(
    sql: &(impl Query + ?Sized),
    connections: &Connections,
) -> Result<Vec<Issue>, SqlError> {
    let mut issues = Vec::new();
    for name in connections.secret_names() {
        if !secret::exists(sql, name)? {
            issues.push(secret_missing(name));
        }
    }
    Ok(issues)
}

/// Aliases of the mapping that the connections do not resolve.
pub(super) fn references(mapping: &Mapping, connections: &Connections) -> Vec<Issue> {
    let unconnected = connections.unconnected(mapping);
    unconnected.into_iter().map(|(target, alias)| no_connection(target, alias)).collect()
}

/// The apps that the connections name: what the tenant claims.
pub(crate) fn apps(settings: &Settings, connections: &Connections) -> Vec<AppAddress> {
    let apps = connections.apps.values();
    let addresses = apps.filter_map(|app| app.address(&settings.dev_hosts).ok()).collect::<BTreeSet<_>>();
    addresses.into_iter().collect()
}

/// A target held against its app's form.
pub(crate) fn mapping_against_form(name: &str, target: &Target, form: &AppForm) -> Vec<Issue> {
    check_target(name, target, &form.form, form.precision())
}

fn error(code: &str, target: Option<&str>, value: &str, ja: String, en: String) -> Issue {
    Issue {
        code: code.to_owned(),
        severity: Severity::Error,
        refused_by: RefusedBy::Kintone,
        target: target.map(str::to_owned),
        rule: None,
        field: None,
        label: None,
        value: Some(value.to_owned()),
        text: Text { ja, en },
    }
}

fn secret_missing(name: &str) -> Issue {
    error(
        "secret_missing",
        None,
        name,
        format!("「{name}」が登録されていません。「daicho secret set {name}」で登録してください。"),
        format!("There is no secret \"{name}\". Store it with `daicho secret set {name}`."),
    )
}

fn no_connection(target: &str, alias: &str) -> Issue {
    error(
        "no_connection",
        Some(target),
        alias,
        format!("マッピングのアプリ「{alias}」が接続設定にありません。接続設定の apps に追加してください。"),
        format!("The connections do not name the mapping's app \"{alias}\". Add it to their `apps`."),
    )
}
