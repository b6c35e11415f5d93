//! What Japanese and English apps call the things that Stripe knows.
//!
//! One line for each thing: its names as [`super::name::normal`] makes them, and what it is at Stripe.
//! Several paths of one thing, by a space, mean the first that has a value. The order of the lines is
//! the order of the rules in a suggested mapping.

use super::choice::{self, Choice};
use crate::ledger::TaxPart;

/// Names, by `|`, and what they mean.
pub(super) type Entry = (&'static str, Gives);

/// What a name means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Gives {
    /// The object's own id: the key. Names of lower rank are surer.
    Id(u8),
    /// An invoice's number, which may be the key too.
    Number(&'static str),
    /// The id of another object, and whose.
    Reference(&'static str, Of),
    /// Text of one line.
    Text(&'static str),
    /// What every record should be called by.
    Name(&'static str),
    /// The name of a person at the company.
    Person,
    /// The texts of all elements of a list.
    Texts(&'static str),
    Mail(&'static str),
    Phone(&'static str),
    Postal(&'static str),
    Web(&'static str),
    /// A part of an address.
    Part(Part),
    /// As much of the address as no other field holds.
    Address,
    /// A moment in Unix time.
    Moment(&'static str),
    /// A date to another one.
    Period(&'static str, &'static str),
    /// Minor units of the object's currency.
    Amount(&'static str),
    /// What a subscription costs each time.
    Recurring,
    Count(&'static str),
    Choice(&'static str, &'static Choice),
    Flag(&'static str),
    /// The opposite of a flag.
    NotFlag(&'static str),
    Figure(FigureKind),
    /// The total tax of an invoice.
    Tax,
    /// A card's last month, `8/2030`.
    Expiry(&'static str),
    /// A text that people write in kintone too.
    Note(&'static str),
    /// Stripe has no place for it but the metadata.
    Metadata,
    /// Where the record comes from.
    Origin,
}

impl Gives {
    /// Whether it is of what holds the element, which a row of a table stands in anyway.
    pub(super) fn is_of_parent(&self) -> bool {
        let (Self::Reference(path, _) | Self::Text(path) | Self::Choice(path, _) | Self::Moment(path)) = self
        else {
            return false;
        };
        path.starts_with("subscription.") || path.starts_with("invoice.")
    }
}

/// Whose id it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Customer,
    Subscription,
    Invoice,
    Other,
}

/// Parts of an address, in Japanese order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    State,
    City,
    Line1,
    Line2,
}

impl Part {
    pub(super) const ALL: [Self; 4] = [Self::State, Self::City, Self::Line1, Self::Line2];

    pub(super) fn property(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::City => "city",
            Self::Line1 => "line1",
            Self::Line2 => "line2",
        }
    }
}

/// Figures that a field may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FigureKind {
    Monthly,
    Yearly,
    Tenure,
    LifetimePaid,
    ActiveSubscriptions,
    NextBilling,
    Unpaid,
    FirstPayment,
    LastPayment,
}

use crate::text_search;
use FigureKind as F;
use Gives as G;

/// What describes a customer: paths begin at the customer, whatever the object of the record.
pub(super) const PROFILE: &[Entry] = &[
    (
        "会社名|企業名|法人名|団体名|組織名|店舗名|店名|屋号|社名|貴社名|顧客名|顧客名称|顧客|氏名|名前|名称|契約者|契約者名|請求先|請求先名|宛名|ユーザ名|会員名|companyname|company|customername|customer|clientname|client|accountname|account|fullname|name|organization|organizationname|businessname|billingname|billto",
        G::Name("name"),
    ),
    (
        "担当者|担当者名|担当者氏名|先方担当者|先方担当者名|窓口担当者|窓口担当者名|contact|contactname|contactperson",
        G::Person,
    ),
    (
        "フリガナ|ふりがな|カナ|よみがな|読み方|顧客名カナ|顧客名フリガナ|会社名カナ|会社名フリガナ|氏名カナ|氏名フリガナ|kana|phoneticname",
        G::Metadata,
    ),
    ("メールアドレス|メール|メアド|email|emailaddress|mail|mailaddress", G::Mail("email")),
    (
        "電話番号|電話|tel|telno|携帯|携帯電話|携帯番号|携帯電話番号|phone|phonenumber|telephone|telephonenumber|mobile|mobilephone|cell",
        G::Phone("phone"),
    ),
    ("郵便番号|郵便|postalcode|postcode|zip|zipcode", G::Postal("address.postal_code")),
    ("国|国名|国コード|country|countrycode", G::Choice("address.country", &choice::COUNTRY)),
    ("都道府県|都道府県名|県|県名|state|stateprovince|province|prefecture|region", G::Part(Part::State)),
    ("市区町村|市町村|市区郡|市区|市|city|town", G::Part(Part::City)),
    (
        "番地|番地等|町名番地|町域番地|町名|丁目番地|住所番地|番地以降|street|streetaddress|line1|street1",
        G::Part(Part::Line1),
    ),
    (
        "建物名|建物|建物名等|ビル名|マンション名|建物名部屋番号|建物名号室|住所建物名|住所2|address2|addressline2|line2|street2|building|suite|apartment",
        G::Part(Part::Line2),
    ),
    (
        "住所|住所1|所在地|本社住所|本社所在地|address|address1|addressline1|billingaddress|mailingaddress",
        G::Address,
    ),
    ("言語|優先言語|language|preferredlanguage|locale", G::Text("preferred_locales[0]")),
    (
        "登録番号|適格請求書発行事業者登録番号|適格事業者登録番号|事業者登録番号|インボイス登録番号|インボイス番号|インボイス制度登録番号|t番号",
        G::Texts("tax_ids.data[?type==\"jp_trn\"].value"),
    ),
    ("税番号|taxid|taxnumber|vat|vatid|vatnumber|taxregistrationnumber", G::Texts("tax_ids.data[*].value")),
    (
        "支払方法|決済方法|決済手段|支払手段|入金方法|paymentmethod|paymenttype|paymentmethodtype",
        G::Choice("default_payment_method.type", &choice::PAYMENT_METHOD),
    ),
    (
        "カードブランド|ブランド|カード会社|カード種別|カードの種類|国際ブランド|cardbrand|cardtype",
        G::Choice("default_payment_method.card.brand", &choice::CARD_BRAND),
    ),
    (
        "下4桁|カード下4桁|カード番号|カード番号下4桁|カード番号の下4桁|カード末尾|カード末尾4桁|末尾4桁|last4|lastfour|last4digits|cardlast4|cardnumber",
        G::Text("default_payment_method.card.last4"),
    ),
    (
        "カード有効期限|カード期限|有効期限|cardexpiry|cardexpiration|cardexpirationdate|expiry|expirydate|expiration|expirationdate",
        G::Expiry("default_payment_method.card"),
    ),
    (
        "部署|部署名|所属|役職|役職名|肩書|業種|fax|fax番号|faxnumber|department|title|jobtitle|industry",
        G::Metadata,
    ),
    (
        "備考|備考欄|メモ|メモ欄|コメント|特記事項|補足|説明|notes|note|memo|description|remarks|comment|comments",
        G::Note("description"),
    ),
    ("連携元|登録元|取込元|データ元|連携システム|datasource|source", G::Origin),
];

/// What else a customer has.
pub(super) const CUSTOMER: &[Entry] = &[
    ("顧客id|customerid|cusid", G::Id(1)),
    (
        "顧客番号|顧客no|顧客コード|会員番号|会員no|会員コード|会員id|customernumber|customerno|customercode|memberid|連携id|連携キー|外部id|externalid|id|キー|key",
        G::Id(2),
    ),
    (
        "登録日|顧客登録日|会員登録日|作成日|入会日|利用開始日|取引開始日|created|createdat|createddate|creationdate|datecreated|registered|registeredat|registrationdate|signup|signupdate|signedup|signedupat|joined|joindate|customersince|since",
        G::Moment("created"),
    ),
    ("通貨|通貨コード|請求通貨|currency|currencycode", G::Choice("currency", &choice::CURRENCY)),
    (
        "残高|顧客残高|クレジット残高|balance|accountbalance|customerbalance|creditbalance",
        G::Amount("balance"),
    ),
    (
        "滞納|延滞|支払遅延|滞納フラグ|延滞フラグ|滞納有無|延滞有無|滞納の有無|延滞の有無|支払滞納|delinquent|overdue|pastdue",
        G::Flag("delinquent"),
    ),
    (
        "月額|月額料金|月額利用料|月額金額|月額売上|月次売上|月間経常収益|月次経常収益|mrr|monthlyrecurringrevenue|monthlyrevenue|monthlyfee|monthlyamount",
        G::Figure(F::Monthly),
    ),
    (
        "年額|年額料金|年間契約額|年間経常収益|年次経常収益|arr|annualrecurringrevenue|annualrevenue",
        G::Figure(F::Yearly),
    ),
    (
        "継続月数|継続期間|契約月数|利用月数|在籍月数|tenure|tenuremonths|monthsactive|tenureinmonths",
        G::Figure(F::Tenure),
    ),
    (
        "累計入金額|累計入金|累計売上|累計売上額|累計支払額|累計決済額|累計金額|入金累計|総支払額|生涯売上|ltv|lifetimevalue|lifetimepaid|lifetimerevenue|totalpaid|totalrevenue|totalspend|totalspent",
        G::Figure(F::LifetimePaid),
    ),
    (
        "契約数|契約件数|有効契約数|有効契約件数|利用中契約数|activesubscriptions|subscriptions|subscriptioncount|numberofsubscriptions",
        G::Figure(F::ActiveSubscriptions),
    ),
    (
        "次回請求日|次回請求予定日|次回決済日|次回課金日|次回更新日|更新予定日|契約更新日|次回支払日|次回引落日|nextbilling|nextbillingdate|nextinvoice|nextinvoicedate|nextpaymentdate|nextchargedate|renewaldate|nextrenewaldate",
        G::Figure(F::NextBilling),
    ),
    (
        "未払額|未払金|未払金額|未払残高|未入金額|未収額|未収金|未収金額|売掛残高|未回収額|滞納額|unpaid|unpaidamount|outstanding|outstandingamount|outstandingbalance|amountdue|balancedue",
        G::Figure(F::Unpaid),
    ),
    (
        "初回入金日|初回支払日|初回決済日|firstpayment|firstpaymentdate|firstpaidat",
        G::Figure(F::FirstPayment),
    ),
    (
        "最終入金日|最終支払日|最終決済日|直近入金日|前回入金日|lastpayment|lastpaymentdate|lastpaidat",
        G::Figure(F::LastPayment),
    ),
];

/// What a subscription has.
pub(super) const SUBSCRIPTION: &[Entry] = &[
    ("契約id|subscriptionid|subid", G::Id(1)),
    (
        "契約番号|契約no|契約コード|契約管理番号|contractid|contractnumber|contractno|subscriptionnumber|連携id|連携キー|外部id|externalid|id|キー|key",
        G::Id(2),
    ),
    (
        "顧客id|顧客番号|顧客no|顧客コード|customerid|customernumber|customerno|customercode|cusid",
        G::Reference("customer", Of::Customer),
    ),
    (
        "プラン|プラン名|契約プラン|契約プラン名|料金プラン|料金プラン名|料金名|コース|コース名|契約コース|plan|planname|subscriptionplan|pricename|pricingplan",
        G::Texts("items.data[*].price.nickname items.data[*].price.product.name"),
    ),
    (
        "商品|商品名|契約商品|サービス|サービス名|契約サービス|契約内容|製品|製品名|品名|product|productname|service|servicename",
        G::Texts("items.data[*].price.product.name"),
    ),
    (
        "件名|契約名|契約件名|subject|title|contractname",
        G::Text("description items.data[0].price.product.name"),
    ),
    ("料金id|価格id|プランid|プランコード|priceid|planid", G::Reference("items.data[*].price.id", Of::Other)),
    ("商品id|製品id|商品コード|productid", G::Reference("items.data[*].price.product", Of::Other)),
    (
        "状態|契約状態|契約状況|利用状況|利用状態|状況|status|subscriptionstatus|contractstatus",
        G::Choice("status", &choice::SUBSCRIPTION_STATUS),
    ),
    (
        "数量|契約数量|契約数|ライセンス数|アカウント数|ユーザ数|利用ユーザ数|席数|シート数|口数|契約口数|個数|quantity|qty|seats|licenses|users|units",
        G::Count("items.data[0].quantity"),
    ),
    (
        "単価|契約単価|販売単価|価格|unitprice|unitamount|price",
        G::Amount("items.data[0].price.unit_amount items.data[0].price.unit_amount_decimal"),
    ),
    (
        "金額|契約金額|契約額|料金|契約料金|利用料|利用料金|請求額|請求金額|合計|合計金額|amount|subscriptionamount|recurringamount|fee|total",
        G::Recurring,
    ),
    (
        "月額|月額料金|月額利用料|月額金額|月額売上|月次売上|月間経常収益|月次経常収益|mrr|monthlyrecurringrevenue|monthlyrevenue|monthlyfee|monthlyamount",
        G::Figure(F::Monthly),
    ),
    (
        "年額|年額料金|年間契約額|年間経常収益|年次経常収益|arr|annualrecurringrevenue|annualrevenue",
        G::Figure(F::Yearly),
    ),
    ("通貨|通貨コード|請求通貨|currency|currencycode", G::Choice("currency", &choice::CURRENCY)),
    (
        "請求間隔|課金間隔|支払間隔|更新間隔|請求サイクル|課金サイクル|支払サイクル|決済サイクル|契約サイクル|請求周期|支払周期|支払頻度|billingcycle|billinginterval|billingperiod|billingfrequency|paymentcycle|interval|frequency",
        G::Choice("items.data[0].price.recurring.interval", &choice::INTERVAL),
    ),
    (
        "開始日|契約開始日|契約日|契約締結日|利用開始日|サービス開始日|課金開始日|加入日|申込日|start|started|startedat|startdate|contractdate|contractstart|contractstartdate|subscriptionstart|subscriptionstartdate|activationdate",
        G::Moment("start_date"),
    ),
    (
        "作成日|登録日|契約登録日|created|createdat|createddate|creationdate|datecreated|signupdate",
        G::Moment("created"),
    ),
    (
        "契約期間|利用期間|対象期間|現在の期間|現在の契約期間|contractperiod|subscriptionperiod|currentperiod|term",
        G::Period("items.data[0].current_period_start", "items.data[0].current_period_end"),
    ),
    (
        "期間開始|期間開始日|契約期間自|期間自|対象期間自|対象期間開始|対象期間from|利用期間自|利用期間開始|契約期間from|契約期間開始|契約期間開始日|対象期間開始日|現在の期間開始日|現在の期間の開始日|現在の期間の始まり|periodstart|currentperiodstart|currentperiodstartdate",
        G::Moment("items.data[0].current_period_start"),
    ),
    (
        "期間終了|期間終了日|契約期間至|期間至|対象期間至|対象期間終了|対象期間to|利用期間至|利用期間終了|契約期間to|契約期間終了|契約期間終了日|対象期間終了日|現在の期間終了日|現在の期間の終了日|現在の期間の終わり|契約満了日|満了日|契約期限|有効期限|更新日|契約更新日|次回契約更新日|次回更新日|更新予定日|periodend|currentperiodend|currentperiodenddate|renewal|renewsat|renewaldate|nextrenewal|nextrenewaldate|expirydate|expirationdate",
        G::Moment("items.data[0].current_period_end"),
    ),
    (
        "次回請求日|次回請求予定日|次回決済日|次回課金日|次回支払日|次回引落日|nextbilling|nextbillingdate|nextinvoice|nextinvoicedate|nextpaymentdate|nextchargedate",
        G::Figure(F::NextBilling),
    ),
    ("試用開始日|無料期間開始日|trialstart|trialstartdate|trialstarted", G::Moment("trial_start")),
    (
        "試用終了日|試用期限|試用期間終了日|試用満了日|無料期間終了日|trialend|trialends|trialendsat|trialenddate",
        G::Moment("trial_end"),
    ),
    (
        "期間末で解約|期間末解約|期間終了時に解約|期間終了時解約|解約予定|解約予約|解約予定有無|cancelatperiodend|canceling|cancelling|willcancel",
        G::Flag("cancel_at_period_end"),
    ),
    ("自動更新|自動更新有無|自動継続|autorenew|autorenewal", G::NotFlag("cancel_at_period_end")),
    ("解約予定日|終了予定日|cancelat|cancellationscheduled|scheduledcancellation", G::Moment("cancel_at")),
    ("解約日|契約解約日|退会日|churndate", G::Moment("ended_at cancel_at canceled_at")),
    (
        "キャンセル日|解約申込日|解約受付日|解約手続日|解約申請日|canceldate|canceled|cancelled|canceledat|cancelledat|canceleddate|cancelleddate|cancellationdate",
        G::Moment("canceled_at"),
    ),
    (
        "終了日|契約終了日|利用終了日|サービス終了日|end|ended|endedat|enddate|contractend|contractenddate|subscriptionend|subscriptionenddate",
        G::Moment("ended_at cancel_at"),
    ),
    (
        "解約理由|キャンセル理由|退会理由|cancelreason|cancellationreason|churnreason",
        G::Text("cancellation_details.comment cancellation_details.feedback"),
    ),
    (
        "割引|割引名|クーポン|クーポン名|適用クーポン|discount|discountname|coupon|couponname",
        G::Texts("discounts[*].source.coupon.name"),
    ),
    (
        "請求方法|課金方法|回収方法|collectionmethod|billingmethod",
        G::Choice("collection_method", &choice::COLLECTION),
    ),
    ("支払期限日数|支払サイト|daysuntildue", G::Count("days_until_due")),
    ("継続月数|継続期間|契約月数|利用月数|tenure|tenuremonths|monthsactive", G::Figure(F::Tenure)),
    (
        "最新請求書|最新請求書番号|直近請求書番号|latestinvoice|latestinvoicenumber",
        G::Text("latest_invoice.number"),
    ),
];

/// What an invoice has.
pub(super) const INVOICE: &[Entry] = &[
    ("請求id|請求書id|invoiceid|インボイスid", G::Id(1)),
    ("連携id|連携キー|外部id|externalid|id|キー|key", G::Id(2)),
    (
        "請求書番号|請求番号|請求書no|請求no|請求書管理番号|インボイス番号|invoicenumber|invoiceno|invoice|number|billnumber",
        G::Number("number"),
    ),
    (
        "顧客id|顧客番号|顧客no|顧客コード|customerid|customernumber|customerno|customercode|cusid",
        G::Reference("customer", Of::Customer),
    ),
    (
        "契約id|契約|契約番号|契約no|契約コード|subscriptionid|subscription|subscriptionnumber|contractid|contract|contractnumber",
        G::Reference("parent.subscription_details.subscription", Of::Subscription),
    ),
    ("件名|請求件名|内容|請求内容|subject|title", G::Text("description lines.data[0].description")),
    (
        "商品|商品名|品名|品目|サービス|サービス名|プラン|プラン名|product|productname|plan|planname|service|items",
        G::Texts("lines.data[*].description"),
    ),
    (
        "状態|請求状態|請求状況|請求書状態|入金状況|入金状態|入金確認|支払状況|支払状態|決済状況|決済状態|状況|status|invoicestatus|paymentstatus",
        G::Choice("status", &choice::INVOICE_STATUS),
    ),
    (
        "請求日|請求書日|請求書発行日|発行日|invoicedate|issued|issuedat|issuedate|dateissued|dateofissue|billingdate|billdate|date",
        G::Moment("effective_at status_transitions.finalized_at created"),
    ),
    ("確定日|請求確定日|finalized|finalizedat|finalizeddate", G::Moment("status_transitions.finalized_at")),
    ("作成日|登録日|created|createdat|createddate|creationdate|datecreated", G::Moment("created")),
    (
        "支払期限|支払期日|支払期限日|支払予定日|入金期限|入金期日|入金予定日|振込期限|期日|期限|due|duedate|paymentdue|paymentduedate|payby",
        G::Moment("due_date"),
    ),
    (
        "入金日|入金確認日|入金完了日|支払日|決済日|領収日|消込日|paid|paidat|paidon|paiddate|datepaid|paymentdate",
        G::Moment("status_transitions.paid_at"),
    ),
    ("通貨|通貨コード|請求通貨|currency|currencycode", G::Choice("currency", &choice::CURRENCY)),
    ("小計|subtotal", G::Amount("subtotal")),
    (
        "税抜金額|税抜|税抜額|税抜合計|税抜合計金額|税抜請求額|税抜小計|請求額税抜|請求金額税抜|金額税抜|小計税抜|合計税抜|合計金額税抜|本体価格|本体金額|subtotalexcludingtax|totalexcludingtax|amountexcludingtax|netamount|nettotal",
        G::Amount("total_excluding_tax"),
    ),
    (
        "消費税|消費税額|消費税等|消費税合計|内消費税|内消費税額|税額|tax|taxamount|taxtotal|totaltax|vatamount|salestax",
        G::Tax,
    ),
    (
        "金額|請求額|請求金額|請求総額|請求合計|請求合計額|合計|合計額|合計金額|総額|総合計|税込|税込金額|税込額|税込合計|税込合計金額|税込請求額|請求額税込|請求金額税込|金額税込|合計税込|合計金額税込|total|totalamount|amount|amounttotal|invoiceamount|invoicetotal|grandtotal|totalincludingtax",
        G::Amount("total"),
    ),
    ("差引請求額|今回請求額|amountdue", G::Amount("amount_due")),
    (
        "入金額|入金済額|入金済金額|支払額|支払済額|支払済金額|決済金額|領収額|amountpaid|paidamount|paymentamount|totalpaid",
        G::Amount("amount_paid"),
    ),
    (
        "未収額|未収金|未収金額|未入金額|未払額|未払金額|未払残高|未回収額|残額|残高|請求残高|売掛残高|amountremaining|remaining|remainingamount|balance|balancedue|outstanding|outstandingamount|outstandingbalance|unpaidamount",
        G::Amount("amount_remaining"),
    ),
    ("繰越額|前回繰越額|前月繰越額|startingbalance", G::Amount("starting_balance")),
    (
        "クレジットノート額|赤伝額|訂正額|creditnoteamount|creditnotes|creditnotetotal",
        G::Amount("post_payment_credit_notes_amount"),
    ),
    (
        "登録番号|適格請求書発行事業者登録番号|適格事業者登録番号|事業者登録番号|インボイス登録番号|インボイス制度登録番号|t番号|自社登録番号|登録番号自社|当社登録番号|登録番号当社|発行者登録番号|登録番号発行者|taxregistrationnumber|registrationnumber",
        G::Texts("account_tax_ids[*].value"),
    ),
    (
        "請求書url|請求url|支払url|決済url|支払ページ|請求書ページ|オンライン請求書|請求書リンク|支払リンク|決済リンク|hostedinvoiceurl|invoiceurl|invoicelink|paymenturl|paymentlink|paylink|url",
        G::Web("hosted_invoice_url"),
    ),
    (
        "請求書pdf|請求書pdfurl|pdf|pdfurl|pdfリンク|請求書ダウンロード|invoicepdf|pdflink",
        G::Web("invoice_pdf"),
    ),
    (
        "対象期間|利用期間|請求期間|請求対象期間|billingperiod|serviceperiod|period",
        G::Period("lines.data[0].period.start", "lines.data[0].period.end"),
    ),
    (
        "期間開始|期間開始日|期間自|対象期間自|対象期間開始|対象期間from|利用期間自|利用期間開始|請求期間自|請求期間開始|対象期間開始日|利用期間開始日|請求期間開始日|periodstart|serviceperiodstart",
        G::Moment("lines.data[0].period.start"),
    ),
    (
        "期間終了|期間終了日|期間至|対象期間至|対象期間終了|対象期間to|利用期間至|利用期間終了|請求期間至|請求期間終了|対象期間終了日|利用期間終了日|請求期間終了日|periodend|serviceperiodend",
        G::Moment("lines.data[0].period.end"),
    ),
    (
        "請求方法|課金方法|回収方法|collectionmethod|billingmethod",
        G::Choice("collection_method", &choice::COLLECTION),
    ),
    ("督促回数|試行回数|決済試行回数|attempts|attemptcount", G::Count("attempt_count")),
    (
        "次回決済日|次回決済予定日|次回試行日|nextattempt|nextpaymentattempt",
        G::Moment("next_payment_attempt"),
    ),
    ("領収書番号|領収書no|receiptnumber", G::Text("receipt_number")),
    ("摘要|但書|但し書き", G::Text("description")),
];

/// What an item of a subscription has: a record of its own, or a row of a table.
pub(super) const SUBSCRIPTION_ITEM: &[Entry] = &[
    ("明細id|明細番号|明細キー|行id|itemid|lineid|lineitemid|id|キー|key", G::Id(1)),
    ("契約id|契約番号|subscriptionid|subscription", G::Reference("subscription", Of::Subscription)),
    ("顧客名|会社名|customername", G::Text("subscription.customer.name")),
    ("契約開始日|契約日|contractstartdate", G::Moment("subscription.start_date")),
    ("契約終了日|解約日|contractenddate", G::Moment("subscription.ended_at subscription.cancel_at")),
    (
        "プラン|プラン名|契約プラン|料金プラン|料金名|plan|planname|pricename",
        G::Text("price.nickname price.product.name"),
    ),
    (
        "商品|商品名|サービス|サービス名|製品名|品名|品目|項目|内容|product|productname|service|servicename|item|itemname|name|description",
        G::Text("price.product.name"),
    ),
    ("料金id|価格id|プランid|priceid|planid", G::Reference("price.id", Of::Other)),
    ("商品id|製品id|productid", G::Reference("price.product", Of::Other)),
    (
        "数量|契約数量|個数|ライセンス数|ユーザ数|quantity|qty|seats|licenses|users|units",
        G::Count("quantity"),
    ),
    (
        "単価|契約単価|価格|料金|unitprice|unitamount|price",
        G::Amount("price.unit_amount price.unit_amount_decimal"),
    ),
    (
        "請求間隔|支払間隔|支払サイクル|請求サイクル|billinginterval|billingcycle|interval",
        G::Choice("price.recurring.interval", &choice::INTERVAL),
    ),
    (
        "期間開始|期間開始日|期間自|対象期間自|対象期間開始|契約期間自|契約期間開始|利用期間自|開始日|periodstart|start|startdate",
        G::Moment("current_period_start"),
    ),
    (
        "期間終了|期間終了日|期間至|対象期間至|対象期間終了|契約期間至|契約期間終了|利用期間至|終了日|更新日|periodend|end|enddate",
        G::Moment("current_period_end"),
    ),
];

/// What a line of an invoice has.
pub(super) const INVOICE_LINE: &[Entry] = &[
    ("明細id|明細番号|明細キー|行id|itemid|lineid|lineitemid|id|キー|key", G::Id(1)),
    ("請求id|請求書id|invoiceid|invoice", G::Reference("invoice", Of::Invoice)),
    ("請求書番号|請求番号|invoicenumber", G::Text("invoice.number")),
    ("請求日|発行日|invoicedate", G::Moment("invoice.effective_at invoice.created")),
    (
        "品名|品目|品目名|商品|商品名|サービス|サービス名|製品名|項目|項目名|内容|明細|明細内容|摘要|description|item|itemname|product|productname|service|name|detail|details",
        G::Text("description"),
    ),
    ("数量|個数|quantity|qty|units", G::Count("quantity")),
    ("単価|価格|単価税抜|税抜単価|unitprice|unitamount|price|rate", G::Amount("pricing.unit_amount_decimal")),
    (
        "金額|小計|合計|明細金額|税抜金額|金額税抜|小計税抜|合計税抜|amount|subtotal|lineamount|linetotal|total",
        G::Amount("amount"),
    ),
    (
        "税率|消費税率|適用税率|税区分|taxrate",
        G::Choice("taxes[0].tax_rate_details.tax_rate.percentage", &choice::TAX_RATE),
    ),
    ("消費税|消費税額|税額|tax|taxamount", G::Amount("taxes[0].amount")),
    (
        "期間開始|期間開始日|期間自|対象期間自|対象期間開始|利用期間自|利用期間開始|開始日|利用開始日|対象期間開始日|periodstart|start|startdate",
        G::Moment("period.start"),
    ),
    (
        "期間終了|期間終了日|期間至|対象期間至|対象期間終了|利用期間至|利用期間終了|終了日|利用終了日|対象期間終了日|periodend|end|enddate",
        G::Moment("period.end"),
    ),
    ("対象期間|利用期間|期間|period|serviceperiod", G::Period("period.start", "period.end")),
    ("料金id|価格id|priceid", G::Reference("pricing.price_details.price", Of::Other)),
    ("商品id|製品id|商品コード|productid", G::Reference("pricing.price_details.product", Of::Other)),
    ("通貨|currency", G::Choice("currency", &choice::CURRENCY)),
    ("日割|日割り|proration|prorated", G::Flag("parent.subscription_item_details.proration")),
];

/// A total of an invoice at one rate: `10%対象`, `消費税（8%）`, `軽減税率対象額（税込）`.
pub(super) fn tax_at_rate(name: &str) -> Option<(&'static str, TaxPart)> {
    const RATES: [(&str, &str); 4] = [("10%", "10"), ("8%", "8"), ("標準税率", "10"), ("軽減税率", "8")];
    let (_, rate) = RATES.iter().find(|(word, _)| text_search::contains(name, word))?;
    let mut rest = name.to_owned();
    for (word, _) in RATES {
        rest = text_search::replace(&rest, word, "");
    }
    let is = |words: &[&str]| words.iter().any(|word| text_search::contains(&rest, word));
    let part = if is(&["消費税", "税額", "tax"]) && !is(&["対象", "excl", "incl"]) {
        TaxPart::Tax
    } else if is(&["税込", "incl"]) {
        TaxPart::Included
    } else if is(&["対象", "税抜", "合計", "小計", "金額", "taxable", "excl", "subtotal"]) {
        TaxPart::Excluded
    } else {
        return None;
    };
    Some((rate, part))
}

/// The entry that has this name, and its place among them.
pub(super) fn find(entries: &'static [Entry], name: &str) -> Option<(usize, &'static Gives)> {
    let has = |(words, _): &Entry| words.split('|').any(|word| word == name);
    entries.iter().position(has).and_then(|at| Some((at, &entries.get(at)?.1)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::suggestion::name::normal;

    const ALL: [&[Entry]; 6] = [PROFILE, CUSTOMER, SUBSCRIPTION, INVOICE, SUBSCRIPTION_ITEM, INVOICE_LINE];

    #[test]
    fn every_word_is_written_as_names_are_compared() {
        for (words, _) in ALL.into_iter().flatten() {
            for word in words.split('|') {
                assert_eq!(normal(word), word);
            }
        }
    }

    #[test]
    fn no_word_means_two_things() {
        for entries in ALL {
            let mut seen = BTreeSet::new();
            for word in entries.iter().flat_map(|(words, _)| words.split('|')) {
                assert!(seen.insert(word), "{word} stands twice");
            }
        }
    }

    #[test]
    fn totals_by_rate_are_known_by_their_names() {
        for (name, found) in [
            ("10%対象", Some(("10", TaxPart::Excluded))),
            ("8%対象(税込)", Some(("8", TaxPart::Included))),
            ("10%消費税", Some(("10", TaxPart::Tax))),
            ("消費税額（８％）", Some(("8", TaxPart::Tax))),
            ("軽減税率対象額", Some(("8", TaxPart::Excluded))),
            ("Tax 10%", Some(("10", TaxPart::Tax))),
            ("割引率10%", None),
            ("消費税", None),
        ] {
            assert_eq!(tax_at_rate(&normal(name)), found, "{name}");
        }
    }
}
