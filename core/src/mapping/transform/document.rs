//! Transforms as a mapping document writes them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::ByName;
use crate::document::{read_enum, read_words};
use crate::mapping::Zone;

/// One step from Stripe's value to kintone's. On a list, those that take one value work on each.
/// Where there is no value they all give none, save `default`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Transform {
    /// Stripe's minor units to the currency's own decimals: JPY 0, USD 2, KWD 3.
    Amount {
        /// The path of the currency in the object. In a table's row what the row does not have is
        /// taken from the object.
        #[serde(default = "Transform::currency")]
        currency: String,
    },
    /// Unix time to `YYYY-MM-DD` in a zone.
    Date {
        /// The zone, Asia/Tokyo unless given.
        #[serde(default)]
        zone: Zone,
    },
    /// Unix time to a UTC instant, as kintone's DATETIME takes it.
    Datetime {},
    /// Unix time to `HH:MM` in a zone.
    Time {
        /// The zone, Asia/Tokyo unless given.
        #[serde(default)]
        zone: Zone,
    },
    /// Each value to another: `{"values": {"active": "有効"}, "otherwise": "keep"}`.
    Map {
        /// What becomes of which value.
        values: ByName<String>,
        /// What becomes of a value that is not among them.
        #[serde(default)]
        otherwise: Otherwise,
    },
    /// Latin letters to capitals or small letters.
    Case {
        /// To which.
        to: LetterCase,
    },
    /// Without white space at either end, the full-width space included.
    Trim {},
    /// Between full width (全角) and half width (半角), katakana with their marks included.
    Width {
        /// To which.
        to: Width,
    },
    /// A telephone number in one form. What is none, or has more to it (`内線5`), stays as it is.
    Phone {
        /// In which.
        #[serde(default)]
        form: PhoneForm,
    },
    /// A Japanese postal code as `123-4567`, whatever its width, with or without 〒. Any other text
    /// stays as it is.
    PostalCode {},
    /// A list to one text.
    Join {
        /// What stands between two of them.
        #[serde(default = "Transform::comma")]
        with: String,
    },
    /// A text to a list, each part trimmed and empty parts left out.
    Split {
        /// What stands between two of them; not empty.
        #[serde(default = "Transform::comma")]
        at: String,
    },
    /// A part of a text, counted in characters.
    Substring {
        /// How many characters are left out before it.
        #[serde(default)]
        start: u32,
        /// How many characters it has at most; to the end unless given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        length: Option<u32>,
    },
    /// A decimal number with this many decimals.
    Round {
        /// From 0 to 10.
        #[serde(default)]
        decimals: u32,
        /// How it is rounded.
        #[serde(default)]
        mode: Rounding,
    },
    /// A decimal number and another, exactly.
    Add {
        /// The other number, as text: `"0.1"`.
        number: String,
    },
    /// A decimal number less another, exactly.
    Subtract {
        /// The other number, as text.
        number: String,
    },
    /// A decimal number times another, exactly.
    Multiply {
        /// The other number, as text: `"1.10"`.
        number: String,
    },
    /// A decimal number by another, with this many decimals.
    Divide {
        /// The other number, as text; not 0.
        number: String,
        /// From 0 to 10.
        #[serde(default)]
        decimals: u32,
        /// How it is rounded.
        #[serde(default)]
        mode: Rounding,
    },
    /// True or false to one of two texts.
    Boolean {
        /// For true.
        yes: String,
        /// For false.
        no: String,
    },
    /// A value where there is none.
    Default {
        /// The value.
        value: String,
    },
}

read_enum!(Transform {
    "amount" => Amount { currency = Transform::currency() },
    "date" => Date { zone = Zone::default() },
    "datetime" => Datetime {},
    "time" => Time { zone = Zone::default() },
    "map" => Map { values, otherwise = Otherwise::Error },
    "case" => Case { to },
    "trim" => Trim {},
    "width" => Width { to },
    "phone" => Phone { form = PhoneForm::Domestic },
    "postal_code" => PostalCode {},
    "join" => Join { with = Transform::comma() },
    "split" => Split { at = Transform::comma() },
    "substring" => Substring { start = 0, length = None },
    "round" => Round { decimals = 0, mode = Rounding::HalfUp },
    "add" => Add { number },
    "subtract" => Subtract { number },
    "multiply" => Multiply { number },
    "divide" => Divide { number, decimals = 0, mode = Rounding::HalfUp },
    "boolean" => Boolean { yes, no },
    "default" => Default { value },
});

impl Transform {
    pub(super) fn currency() -> String {
        "currency".to_owned()
    }

    pub(super) fn comma() -> String {
        ",".to_owned()
    }
}

/// What becomes of a value that a map does not name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// The record is not written, and the value is told.
    #[default]
    Error,
    /// It stays as it is.
    Keep,
    /// There is no value.
    Empty,
    /// It becomes this text.
    Default(String),
}

read_enum!(Otherwise { "error" => Error, "keep" => Keep, "empty" => Empty, "default" => Default(text) });

/// Capitals or small letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LetterCase {
    /// `ABC`
    Upper,
    /// `abc`
    Lower,
}

read_words!(LetterCase { "upper" => Upper, "lower" => Lower });

/// Full or half width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Width {
    /// 半角: `ABC ｶﾞ`
    Half,
    /// 全角: `ＡＢＣ　ガ`
    Full,
    /// 英数字は半角、カタカナは全角: `ABC ガ`
    Standard,
}

read_words!(Width { "half" => Half, "full" => Full, "standard" => Standard });

/// A form of telephone numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhoneForm {
    /// As within Japan: `03-1234-5678`. Numbers of other countries stay international.
    #[default]
    Domestic,
    /// `+81312345678` (E.164). Numbers without `+` are taken as Japanese.
    International,
    /// As within Japan, digits only: `0312345678`.
    Digits,
}

read_words!(PhoneForm { "domestic" => Domestic, "international" => International, "digits" => Digits });

/// How a decimal number is rounded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// 四捨五入: to the nearest, a half away from zero.
    #[default]
    HalfUp,
    /// 最近接偶数への丸め: to the nearest, a half to the even one.
    HalfEven,
    /// 切り上げ: away from zero.
    Up,
    /// 切り捨て: towards zero.
    Down,
}

read_words!(Rounding { "half_up" => HalfUp, "half_even" => HalfEven, "up" => Up, "down" => Down });
