//! `app.json`, `app/form/fields.json`, `app/settings.json`.

use serde_json::{Value, json};

use super::Call;
use crate::kintone::Kintone;
use crate::kintone::directory::Entity;
use crate::kintone::failure::Failure;
use crate::kintone::form_properties;
use crate::kintone::instant;
use crate::kintone::token::Permission;

/// Whoever may view or add records, or administer the app, may read how it is made.
const READ_SETTINGS: &[Permission] = &[Permission::View, Permission::Add, Permission::Admin];

pub(super) fn get(kintone: &Kintone, call: &Call<'_>) -> Result<Value, Failure> {
    let id = call.params.id("id")?;
    let app = call.app(kintone, id, READ_SETTINGS)?;
    let administrator = Entity::administrator().to_json();
    let space = app.guest_space.map(|space| space.to_string());
    Ok(json!({
        "appId": app.id.to_string(),
        "code": app.code,
        "name": app.name,
        "description": "",
        "spaceId": space,
        "threadId": space,
        "createdAt": instant::to_second(0),
        "creator": administrator,
        "modifiedAt": instant::to_second(app.modified_at),
        "modifier": administrator,
    }))
}

pub(super) fn get_fields(kintone: &Kintone, call: &Call<'_>) -> Result<Value, Failure> {
    let id = call.params.id("app")?;
    let app = call.app(kintone, id, READ_SETTINGS)?;
    let language = call.params.text("lang").unwrap_or("default");
    let properties = form_properties::in_language(&app.form.properties, language);
    Ok(json!({"properties": properties, "revision": app.form.revision.to_string()}))
}

pub(super) fn get_settings(kintone: &Kintone, call: &Call<'_>) -> Result<Value, Failure> {
    let id = call.params.id("app")?;
    Ok(call.app(kintone, id, READ_SETTINGS)?.settings())
}
