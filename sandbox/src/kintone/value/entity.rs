//! Users, departments and groups, by code.

use serde_json::{Value, json};

use crate::kintone::directory::Directory;
use crate::kintone::failure::Failure;
use crate::kintone::field_type::FieldType;
use crate::kintone::form::Field;

pub(super) fn read(field: &Field, given: &[Value], directory: &Directory) -> Result<Value, Failure> {
    let mut chosen = Vec::new();
    for entity in given {
        let code = entity.get("code").and_then(Value::as_str);
        let code = code.ok_or_else(|| Failure::new("CB_IJ01", []))?;
        let entity = directory
            .find(field.field_type, code)
            .ok_or_else(|| Failure::new(unknown_code(field.field_type), [code]))?;
        chosen.push(entity.to_json());
    }
    Ok(json!(chosen))
}

fn unknown_code(field_type: FieldType) -> &'static str {
    match field_type {
        FieldType::OrganizationSelect => "GAIA_IL28",
        FieldType::GroupSelect => "GAIA_IL42",
        _ => "GAIA_IL26",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::read_as;

    #[test]
    fn a_code_must_exist_and_reads_with_its_name() {
        let user = json!({"type": "USER_SELECT"});
        let (value, _) = read_as(user.clone(), json!([{"code": "sato"}]));
        assert_eq!(value, json!([{"code": "sato", "name": "佐藤 花子"}]));
        assert_eq!(read_as(user.clone(), json!([{"code": "nobody"}])).0, "GAIA_IL26");
        assert_eq!(read_as(user, json!(["sato"])).0, "CB_IJ01");
        let department = json!({"type": "ORGANIZATION_SELECT"});
        assert_eq!(read_as(department, json!([{"code": "sato"}])).0, "GAIA_IL28");
        let group = json!({"type": "GROUP_SELECT"});
        assert_eq!(read_as(group, json!([{"code": "sato"}])).0, "GAIA_IL42");
    }
}
