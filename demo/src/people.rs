//! Made-up customers, Japanese and foreign, from the lists in `people.json`.

use anyhow::{Context, Result};
use fastrand::Rng;
use serde::Deserialize;

const LISTS: &str = include_str!("../people.json");
/// Every so many customers one is foreign, a company, or has a long note.
const FOREIGN: usize = 7;
const COMPANY: usize = 3;
const LONG_NOTE: usize = 25;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// Kanji, kana, letters.
    family: Vec<[String; 3]>,
    given: Vec<[String; 3]>,
    companies: Vec<String>,
    departments: Vec<String>,
    /// Postal code, prefecture, city, street.
    places: Vec<[String; 4]>,
    buildings: Vec<String>,
    foreign: Vec<Foreign>,
    industries: Vec<String>,
    staff: Vec<String>,
    notes: Vec<String>,
    long_note: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Foreign {
    name: String,
    email: String,
    phone: String,
    country: String,
    postal_code: String,
    state: String,
    city: String,
    line1: String,
    line2: String,
    locale: String,
}

/// Fields of a form to Stripe, by name.
pub type Form = Vec<(String, String)>;

impl People {
    /// The lists.
    pub fn read() -> Result<Self> {
        serde_json::from_str(LISTS).context("demo/people.json")
    }

    /// Customer number `number`, from 0.
    pub fn customer(&self, number: usize, rng: &mut Rng) -> Form {
        let mut form = if number % FOREIGN == FOREIGN - 1 {
            self.foreigner(number, rng)
        } else {
            self.japanese(number, rng)
        };
        form.push(field("metadata[industry]", pick(rng, &self.industries)));
        form.push(field("metadata[担当者]", pick(rng, &self.staff)));
        form.push(("description".into(), self.note(number, rng)));
        // Stripe takes an empty text for "unset"; at creation nothing is set.
        form.retain(|(_, value)| !value.is_empty());
        form
    }

    fn japanese(&self, number: usize, rng: &mut Rng) -> Form {
        let (family, given) = (pick(rng, &self.family), pick(rng, &self.given));
        let person = format!("{} {}", family[0], given[0]);
        let name = if number.is_multiple_of(COMPANY) {
            format!("{} {} {}", pick(rng, &self.companies), pick(rng, &self.departments), person)
        } else if rng.bool() {
            format!("{person}（{} {}）", family[1], given[1])
        } else {
            person
        };
        let host = if rng.bool() { "example.com" } else { "kaisha.test" };
        let [postal, prefecture, city, street] = pick(rng, &self.places);
        vec![
            field("name", &name),
            field("email", format!("{}.{}{number}@{host}", given[2], family[2])),
            field("phone", format!("+81-3-0000-{number:04}")),
            field("preferred_locales[0]", "ja"),
            field("address[country]", "JP"),
            field("address[postal_code]", postal),
            field("address[state]", prefecture),
            field("address[city]", city),
            field("address[line1]", street),
            field("address[line2]", pick(rng, &self.buildings)),
        ]
    }

    fn foreigner(&self, number: usize, rng: &mut Rng) -> Form {
        let one = pick(rng, &self.foreign);
        vec![
            field("name", &one.name),
            field("email", format!("{}{number}@example.com", one.email)),
            field("phone", &one.phone),
            field("preferred_locales[0]", &one.locale),
            field("address[country]", &one.country),
            field("address[postal_code]", &one.postal_code),
            field("address[state]", &one.state),
            field("address[city]", &one.city),
            field("address[line1]", &one.line1),
            field("address[line2]", &one.line2),
        ]
    }

    fn note(&self, number: usize, rng: &mut Rng) -> String {
        if number.is_multiple_of(LONG_NOTE) {
            // As long as Stripe allows a description to be in practice.
            return self.long_note.repeat(2);
        }
        pick(rng, &self.notes).clone()
    }

    /// A change of a customer as a person would make it in the Dashboard.
    pub fn edit(&self, number: usize, rng: &mut Rng) -> Form {
        match rng.u8(0..5) {
            0 => vec![field("email", format!("new.address{number}@example.com"))],
            1 => vec![field("phone", format!("+81-90-0000-{:04}", rng.u16(0..10_000)))],
            2 => {
                let [postal, prefecture, city, street] = pick(rng, &self.places);
                vec![
                    field("address[country]", "JP"),
                    field("address[postal_code]", postal),
                    field("address[state]", prefecture),
                    field("address[city]", city),
                    field("address[line1]", street),
                    field("address[line2]", pick(rng, &self.buildings)),
                ]
            }
            // Empty: the field is cleared.
            3 => vec![field("description", pick(rng, &self.notes))],
            _ => vec![
                field("metadata[担当者]", pick(rng, &self.staff)),
                field("metadata[industry]", pick(rng, &self.industries)),
            ],
        }
    }
}

fn field(name: &str, value: impl AsRef<str>) -> (String, String) {
    (name.to_owned(), value.as_ref().to_owned())
}

fn pick<'l, T>(rng: &mut Rng, list: &'l [T]) -> &'l T {
    // The lists are not empty; an index is in range.
    &list[rng.usize(..list.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_people() {
        let people = People::read().unwrap();
        let make = || {
            let mut rng = Rng::with_seed(5);
            (0..200).map(|number| people.customer(number, &mut rng)).collect::<Vec<_>>()
        };
        assert_eq!(make(), make());
    }

    #[test]
    fn nobody_has_an_address_that_could_be_real() {
        let people = People::read().unwrap();
        let mut rng = Rng::with_seed(5);
        for number in 0..200 {
            let customer = people.customer(number, &mut rng);
            let email = &customer.iter().find(|(name, _)| name == "email").unwrap().1;
            assert!(email.is_ascii());
            assert!(email.ends_with("@example.com") || email.ends_with(".test"), "{email}");
        }
    }

    #[test]
    fn every_industry_is_an_option_of_the_form() {
        let form: serde_json::Value = serde_json::from_str(include_str!("../forms/customers.json")).unwrap();
        for industry in People::read().unwrap().industries {
            assert!(!form["業種"]["options"][&industry].is_null(), "{industry}");
        }
    }
}
