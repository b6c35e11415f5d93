//! Why a figure is not known.

use crate::validation::Text;

/// Why a figure cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().en)]
pub enum Unknown {
    /// What it is computed from was not gathered.
    NotGathered(String),
    /// Its object belongs to no customer.
    NoCustomer,
    /// A list holds only its first page.
    Incomplete(String),
    /// A price or coupon whose monthly amount its object does not tell.
    Amount {
        /// The price's or coupon's id.
        of: String,
        /// What about it.
        why: Untold,
    },
    /// A tax whose rate or base Stripe does not tell.
    Tax(Untold),
    /// The present moment was not given.
    NoMoment,
    /// A number is missing or too large.
    TooLarge,
}

macro_rules! untold {
    ($($(#[$doc:meta])* $name:ident $ja:literal $en:literal)*) => {
        /// What a price, a coupon or a tax does not tell.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Untold { $($(#[$doc])* $name,)* }

        impl Untold {
            fn text(self) -> Text {
                let (ja, en) = match self { $(Self::$name => ($ja, $en),)* };
                Text::of(ja, en)
            }
        }
    };
}

untold! {
    /// A price in tiers: the amount depends on all that is used.
    Tiers "段階制の料金です" "it has tiers"
    /// A price by what is used.
    Metered "従量課金です" "it is metered"
    /// A price whose interval is missing or not known.
    Interval "請求間隔が分かりません" "its interval is not known"
    /// A price without an amount.
    NoAmount "金額がありません" "it has no amount"
    /// A quantity that is no integer.
    Quantity "数量が分かりません" "its quantity is not known"
    /// Packages without a size.
    Packages "パッケージの単位が分かりません" "its packages are not known"
    /// A coupon for some products.
    SomeProducts "一部の商品にだけ適用されます" "it applies to some products only"
    /// A coupon without a percentage or amount.
    NoDiscount "割引率も割引額もありません" "neither a percentage nor an amount"
    /// A price or a coupon's amount in a currency that is not the figure's.
    OtherCurrency "別の通貨です" "an amount in another currency"
    /// A coupon's amount off prices that are charged at different intervals.
    SeveralIntervals "請求間隔が異なる料金への割引額です" "an amount off prices of several intervals"
    /// A stated tax rate that is no number.
    RateNotANumber "税率が数値ではありません" "the rate is not a number"
    /// A tax without an amount.
    NoTaxAmount "税額がありません" "a tax has no amount"
    /// A tax without what it is computed on.
    NoTaxBase "課税対象額がStripeにありません" "Stripe does not say what the tax is computed on"
    /// A tax that names no rate.
    NoRate "税率の指定がない税があります" "a tax names no rate"
    /// A tax rate without a percentage.
    NoPercentage "税率にパーセントがありません" "a tax rate has no percentage"
}

impl Unknown {
    /// What is not known.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::NotGathered(what) => Text::about("{} を読み取っていません", "{} was not read", what),
            Self::NoCustomer => Text::of("顧客に属していません", "it belongs to no customer"),
            Self::Incomplete(list) => Text::about(
                "{} の明細の一部しか読み取れていません",
                "only part of the items of {} was read",
                list,
            ),
            Self::Amount { of, why } => Text::of(of, of).then(": ", &why.text()),
            Self::Tax(why) => why.text(),
            Self::NoMoment => Text::of("現在の時刻が分かりません", "the present moment is not known"),
            Self::TooLarge => Text::of("金額がないか、大きすぎます", "an amount is missing or too large"),
        }
    }
}
