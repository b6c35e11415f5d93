//! The people, departments and groups of the domain.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::field_type::FieldType;

/// A user, department or group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// Login name or code.
    pub code: String,
    /// Display name.
    pub name: String,
}

impl Entity {
    pub(crate) fn new(code: &str, name: &str) -> Self {
        Self { code: code.to_owned(), name: name.to_owned() }
    }

    /// In whose name an API token writes.
    pub(crate) fn administrator() -> Self {
        Self::new("Administrator", "Administrator")
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({"code": self.code, "name": self.name})
    }
}

/// Who exists: names by code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directory {
    /// Users by login name.
    pub users: BTreeMap<String, String>,
    /// Departments by code.
    pub organizations: BTreeMap<String, String>,
    /// Groups by code.
    pub groups: BTreeMap<String, String>,
}

impl Default for Directory {
    fn default() -> Self {
        let named = |entries: &[(&str, &str)]| {
            let entries = entries.iter();
            entries.map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect()
        };
        Self {
            users: named(&[
                ("Administrator", "Administrator"),
                ("sato", "佐藤 花子"),
                ("tanaka", "田中 一郎"),
            ]),
            organizations: named(&[("sales", "営業部"), ("support", "サポート部")]),
            groups: named(&[("everyone", "Everyone"), ("managers", "管理者")]),
        }
    }
}

impl Directory {
    /// The entity that a field of `field_type` means by `code`.
    pub(crate) fn find(&self, field_type: FieldType, code: &str) -> Option<Entity> {
        let names = match field_type {
            FieldType::OrganizationSelect => &self.organizations,
            FieldType::GroupSelect => &self.groups,
            _ => &self.users,
        };
        names.get(code).map(|name| Entity::new(code, name))
    }

    /// The person in whose name the sandbox edits records by hand.
    pub(crate) fn person(&self) -> Entity {
        self.users
            .iter()
            .find(|(code, _)| *code != "Administrator")
            .map_or_else(Entity::administrator, |(code, name)| Entity::new(code, name))
    }
}
