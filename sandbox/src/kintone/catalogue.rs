//! kintone's error codes: status and text. There is no official list; codes and statuses are those
//! seen by users of the real service, texts likewise where a capture exists, else our own words.

/// One code.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) code: &'static str,
    /// The usual status; see `Behaviour::statuses` for those that have changed over time.
    pub(crate) status: u16,
    pub(crate) ja: &'static str,
    pub(crate) en: &'static str,
}

/// The entry of a code.
pub(crate) fn entry(code: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.code == code)
}

const fn entry_of(code: &'static str, status: u16, ja: &'static str, en: &'static str) -> Entry {
    Entry { code, status, ja, en }
}

static ENTRIES: &[Entry] = &[
    entry_of("CB_VA01", 400, "入力内容が正しくありません。", "Missing or invalid input."),
    entry_of("CB_IJ01", 400, "不正なJSON文字列です。", "Invalid JSON string."),
    entry_of("CB_IL02", 400, "不正なリクエストです。", "Illegal request."),
    entry_of("CB_AU01", 401, "ログインしてください。", "Please login."),
    entry_of(
        "CB_WA01",
        401,
        "ログイン名、またはパスワードが正しくありません。",
        "The login name or password is not correct.",
    ),
    entry_of("CB_OA01", 401, "アクセストークンが正しくありません。", "The access token is invalid."),
    entry_of("CB_NO02", 403, "権限がありません。", "You do not have the permission to proceed."),
    entry_of(
        "GAIA_IA02",
        400,
        "指定したAPIトークンは、アプリで生成されたトークンと異なります。アプリのAPIトークンの設定を確認してください。設定が正しい場合、APIトークンの設定がアプリに反映されていない場合があります。",
        "The specified API token does not match the API token generated via an app. If the setting is correct, the app may not have been updated yet.",
    ),
    entry_of(
        "GAIA_NO01",
        403,
        "指定したAPIトークンでは、要求した操作を実行できません。アクセス権を確認してください。",
        "Using this API token, you cannot run the specified API. Check its permissions.",
    ),
    entry_of(
        "GAIA_DA03",
        400,
        "同じアプリのAPIトークンが複数指定されています。",
        "Duplicate API tokens of the same app are specified.",
    ),
    entry_of(
        "GAIA_AP01",
        404,
        "指定したアプリ（id: {0}）が見つかりません。削除されている可能性があります。",
        "The app (ID: {0}) not found. The app may have been deleted.",
    ),
    entry_of(
        "GAIA_AP15",
        403,
        "指定したアプリ（id: {0}）のAPIトークンではありません。",
        "The API token is not for the specified app (ID: {0}).",
    ),
    entry_of(
        "GAIA_RE01",
        404,
        "指定したレコード（id: {0}）が見つかりません。",
        "The specified record (ID: {0}) is not found.",
    ),
    entry_of(
        "GAIA_RE20",
        404,
        "指定した更新キー（{0}：{1}）のレコードが見つかりません。",
        "The record with the update key ({0}: {1}) is not found.",
    ),
    entry_of(
        "GAIA_CO02",
        409,
        "指定したrevisionは最新ではありません。ほかのユーザーがレコードを更新した可能性があります。",
        "The specified revision is not the latest. Someone may have updated the record.",
    ),
    entry_of(
        "GAIA_LO03",
        400,
        "ルックアップの参照先から値をコピーできません。「コピー元のフィールド」に指定したフィールド（{0}）に、値の重複を禁止する設定が必要です。",
        "Values cannot be copied from the datasource app: the key field ({0}) must prohibit duplicate values.",
    ),
    entry_of(
        "GAIA_LO04",
        400,
        "フィールド「{0}」の値「{1}」が、ルックアップの参照先のフィールドにないか、またはアプリやフィールドの閲覧権限がありません。",
        "A value {1} in the field {0} does not exist in the datasource app for lookup, or you do not have permission to view the app or the field.",
    ),
    entry_of(
        "GAIA_IQ03",
        400,
        "{0}フィールドのフィールドタイプには演算子{1}を使用できません。",
        "The operator {1} cannot be used with the type of the field {0}.",
    ),
    entry_of(
        "GAIA_IQ07",
        400,
        "レコードを読み込めません。テーブルに設定している場合、{0}フィールドのフィールドタイプには、演算子{1}を使用できません。",
        "Failed to load records. The operator {1} cannot be used with the field {0} inside a table.",
    ),
    entry_of(
        "GAIA_IQ10",
        400,
        "{0}フィールドの選択肢に「{1}」がありません。",
        "The field {0} has no option \"{1}\".",
    ),
    entry_of(
        "GAIA_IQ11",
        400,
        "指定されたフィールド（{0}）が見つかりません。",
        "The specified field ({0}) not found.",
    ),
    entry_of(
        "GAIA_IQ23",
        400,
        "関数{0}はこの模擬環境では使用できません。値を計算して指定してください。",
        "The function {0} is not available in this sandbox. Compute the value and pass it.",
    ),
    entry_of("GAIA_QU01", 400, "limit には 500 以下の値を指定してください。", "limit must be 500 or less."),
    entry_of(
        "GAIA_QU02",
        400,
        "offset には 10,000 以下の値を指定してください。",
        "offset must be 10,000 or less.",
    ),
    entry_of(
        "GAIA_IL23",
        520,
        "ゲストスペース内のアプリを操作する場合は、リクエストの送信先を「/k/guest/<スペースのID>/v1/...」にしてください。",
        "You need to send a request to the URL: \"/k/guest/<Space ID>/v1/...\" to execute apps in Guest Spaces.",
    ),
    entry_of(
        "GAIA_IL26",
        400,
        "指定したユーザー（code：{0}）が見つかりません。",
        "The specified user (code: {0}) is not found.",
    ),
    entry_of(
        "GAIA_IL28",
        400,
        "指定した組織（code：{0}）が見つかりません。",
        "The specified department (code: {0}) is not found.",
    ),
    entry_of(
        "GAIA_IL42",
        400,
        "指定したグループ（code：{0}）が見つかりません。",
        "The specified group (code: {0}) is not found.",
    ),
    entry_of(
        "GAIA_SI01",
        520,
        "テーブルの行ID（{0}）が重複しています。",
        "The table row ID ({0}) is specified more than once.",
    ),
    entry_of(
        "GAIA_BL01",
        404,
        "指定したファイル（id: {0}）が見つかりません。",
        "The specified file (id: {0}) not found.",
    ),
    entry_of(
        "GAIA_TM12",
        429,
        "作成できるカーソルの上限に達しているため、カーソルを作成できません。",
        "The limit of the number of cursors has been reached.",
    ),
    entry_of(
        "GAIA_CN01",
        404,
        "指定したカーソルが見つかりません。有効期限が切れた可能性があります。",
        "The specified cursor is not found. It may have expired.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_once() {
        let mut codes: Vec<_> = ENTRIES.iter().map(|entry| entry.code).collect();
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }
}
