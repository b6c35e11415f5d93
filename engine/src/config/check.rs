//! Holding the documents against each other, the secrets, and each app's form.

use std::collections::{BTreeMap, BTreeSet};

use daicho_core::connections::Connections;
use daicho_core::kintone::AppAddress;
use daicho_core::mapping::{Departure, Mapping, Target};
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

/// Aliases of the mapping that the connections do not resolve, and targets that they lead to the same records.
pub(super) fn references(mapping: &Mapping, connections: &Connections) -> Vec<Issue> {
    let unconnected = connections.unconnected(mapping).into_iter();
    let unconnected = unconnected.map(|(target, alias)| no_connection(target, alias));
    unconnected.chain(same_records(mapping, connections)).collect()
}

/// Targets of which one would overwrite, clear or delete what the other writes.
fn same_records(mapping: &Mapping, connections: &Connections) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut earlier: BTreeMap<_, Vec<(&str, &Target)>> = BTreeMap::new();
    for (name, target) in &mapping.targets {
        let Some(app) = connections.apps.get(&target.app) else { continue };
        let key = (&target.key.field, &target.key.path);
        // Of which kind of space it is, is no matter: a domain has each number once.
        let place = (app.domain.to_ascii_lowercase(), app.app.0, target.source, key);
        let same = earlier.entry(place).or_default();
        let other = same.iter().find(|(_, other)| harm(target, other));
        issues.extend(other.map(|(other, _)| same_app(name, other)));
        same.push((name, target));
    }
    issues
}

/// Whether two targets do harm in the same records. They may write different fields, or part the objects by their
/// conditions where neither touches a record whose object went to the other.
fn harm(one: &Target, other: &Target) -> bool {
    let deletes = |target: &Target| target.on_leave == Departure::Delete;
    let parts = |target: &Target| target.condition.is_some() && target.on_leave == Departure::Keep;
    let shares = written(one).any(|field| written(other).any(|others| field == others));
    deletes(one) || deletes(other) || (shares && !(parts(one) && parts(other)))
}

/// The fields that a target writes while there are objects.
fn written(target: &Target) -> impl Iterator<Item = &str> {
    let mark = match &target.on_leave {
        Departure::Mark { field, .. } => Some(field.as_str()),
        _ => None,
    };
    target.fields.iter().map(|rule| rule.field.as_str()).chain(mark)
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

fn same_app(target: &str, other: &str) -> Issue {
    error(
        "same_records",
        Some(target),
        other,
        format!(
            "マッピングの「{other}」と「{target}」は、同じアプリの同じレコードに書き込むため、互いの値を書き換えてしまいます。1つにまとめるか、別のアプリに書き込んでください。条件で分けるときは、両方に条件を付け、「条件から外れたとき」を「レコードを残す」にしてください。"
        ),
        format!(
            "The targets \"{other}\" and \"{target}\" write to the same records of one app, and each would overwrite the other's values. Make one target of them, or write to another app. To part them by condition, give both one and keep the record when the condition no longer holds."
        ),
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
