"""用語: the words of a city hall that somebody new does not know, in plain sentences; the same on every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Term:
    """One word.  `code` is its place in the page and never changes; `see` holds the codes of words that belong to it."""

    code: str
    word: str
    reading: str
    english: str
    see: tuple[str, ...]
    meaning: str | Promise

    @property
    def related(self) -> list[Term]:
        """The words that belong to it."""
        return [BY_CODE[code] for code in self.see]

    @property
    def gloss(self) -> str:
        """How the word is explained in one breath: by its reading, in English by its sense."""
        return self.reading if get_language() == "ja" else self.english


@dataclass(frozen=True, slots=True)
class Chapter:
    """Words that belong together."""

    code: str
    title: str | Promise
    terms: tuple[Term, ...]


CASES = Chapter(
    "cases",
    _("起案から決裁まで"),
    (
        Term(
            "kian", "起案", "きあん", "drafting", ("kiansha", "ukagai", "kessai"),
            _("決めてほしいことを伺いの文書にまとめ、決裁を受けるために出すこと。申請や稟議と呼ぶ職場もあります。"),
        ),
        Term(
            "kiansha", "起案者", "きあんしゃ", "drafter", ("kian", "sashimodoshi"),
            _("起案した職員。差し戻された案件を直し、決裁のあとの施行と完結までを受け持ちます。"),
        ),
        Term(
            "ukagai", "伺い", "うかがい", "request for a decision", ("kian", "anbun"),
            _("「次のとおりしてよろしいか」と決裁者に判断を求める文。起案の本文です。"),
        ),
        Term(
            "anbun", "案文", "あんぶん", "draft of the outgoing letter", ("seko", "josho"),
            _("決裁のあとに相手へ送る文書の下書き。決裁を受けたとおりに施行し、差し替えません。"),
        ),
        Term(
            "kagami", "鑑", "かがみ", "cover sheet", ("kian", "gengi"),
            _("件名、番号、日付、押印欄を1枚に並べた表紙。案件のあらましがここで分かります。"),
        ),
        Term(
            "kaigi", "回議", "かいぎ", "review", ("aigi", "kessai"),
            _("起案した文書を、決裁者に届くまで上司に順に回し、確かめてもらうこと。"),
        ),
        Term(
            "aigi", "合議", "あいぎ", "consultation of other divisions", ("kaigi", "shinsa"),
            _("ほかの課にも関わるとき、その課の課長などに回して同意を求めること。「ごうぎ」と読む市もあります。"),
        ),
        Term(
            "shinsa", "審査", "しんさ", "examination", ("bunshoshunin", "aigi"),
            _("文書主任などが、根拠、用字、様式に誤りがないかを決裁の前に調べること。"),
        ),
        Term(
            "kessai", "決裁", "けっさい", "decision", ("senketsu", "daiketsu", "gengi"),
            _("決める権限のある人が、起案の内容で進めると最終的に決めること。決裁を受けた版は原議になり、変えられません。"),
        ),
        Term(
            "kessaikubun", "決裁区分", "けっさいくぶん", "level of decision", ("senketsu", "kessai"),
            _("市長、副市長、部長、課長のうち、だれの決裁が要る案件かという区分。金額や重さによって規程で決まります。"),
        ),
        Term(
            "senketsu", "専決", "せんけつ", "standing authority to decide", ("daiketsu", "kessaikubun"),
            _("市長の権限のうち規程で任された範囲を、部長や課長が、いつも自分の判断で決裁すること。不在とは関わりません。"),
        ),
        Term(
            "daiketsu", "代決", "だいけつ", "decision in the decider's absence", ("koetsu", "senketsu"),
            _("決裁する人が不在で急ぐとき、規程で決められた順の職の人が代わって決裁すること。重要なものや新しい例のものはできません。あとで本人が後閲します。"),
        ),
        Term(
            "koetsu", "後閲", "こうえつ", "reading afterwards", ("daiketsu", "hikiage"),
            _("不在のあいだに先へ進んだ案件を、戻ってから読んで確かめること。案件は止めず、意見は残せますが決定はくつがえりません。"),
        ),
        Term(
            "dairi", "代理", "だいり", "acting for somebody", ("daiketsu", "furikae"),
            _("不在の人の仕事を、決められた期間だけ別の人がその人の名で行うこと。だれが代わったかは記録に残ります。"),
        ),
        Term(
            "kyoran", "供覧", "きょうらん", "circulation for reading", ("shushu",),
            _("決めるためではなく、知っておいてもらうために文書を見せて回ること。"),
        ),
        Term(
            "shikyu", "至急", "しきゅう", "urgent", ("kian",),
            _("先に処理してほしい案件に付ける印。理由を書き、決裁箱では上に並びます。"),
        ),
        Term(
            "oshiinran", "押印欄", "おういんらん", "seals", ("kagami", "kessai"),
            _("だれがいつ承認や決裁をしたかを、印の形で並べた欄。斜線は省略、「待ち」はいま止まっている段です。"),
        ),
    ),
)  # fmt: skip
TURNS = Chapter(
    "turns",
    _("途中で向きを変えるとき"),
    (
        Term(
            "sashimodoshi", "差戻し", "さしもどし", "return to the drafter", ("hikimodoshi", "kiansha"),
            _("直してほしいところを書いて、案件を起案者へ戻すこと。直して出すと次の版になり、はじめから回ります。"),
        ),
        Term(
            "hikimodoshi", "引戻し", "ひきもどし", "taking back", ("sashimodoshi", "torisage"),
            _("起案者が、次の人が開く前に自分の手元へ戻すこと。誤りに気づいたときに使います。"),
        ),
        Term(
            "torisage", "取下げ", "とりさげ", "withdrawal", ("hikimodoshi", "haian"),
            _("起案者が、決裁の前に案件そのものをやめること。付いた番号は欠番として残ります。"),
        ),
        Term(
            "haian", "廃案", "はいあん", "rejected for good", ("sashimodoshi", "torisage"),
            _("決裁者が認めず、案件を終わりにすること。直して出しなおす差戻しとは違います。"),
        ),
        Term(
            "hikiage", "引上げ", "ひきあげ", "taking up from above", ("koetsu",),
            _("急ぐときに、上の職の人が途中の人より先に処理すること。飛ばされた人はあとで後閲します。"),
        ),
        Term(
            "horyu", "保留", "ほりゅう", "on hold", ("hikiage",),
            _("調べることがあるなどの理由で、期限を付けて自分の手元に止めること。"),
        ),
        Term(
            "furikae", "振替", "ふりかえ", "moving work to another person", ("dairi",),
            _("異動や長い休みのとき、待っている仕事を別の人へ移すこと。理由が記録に残ります。"),
        ),
        Term(
            "ketsuin", "欠員", "けついん", "vacant post", ("daiketsu",),
            _("その職に任用されている人がいないこと。経路では、規程で次に当たる職へ進みます。"),
        ),
    ),
)  # fmt: skip
AFTER = Chapter(
    "after",
    _("決裁のあと"),
    (
        Term(
            "seko", "施行", "しこう", "putting into effect", ("josho", "koin"),
            _("決裁を受けたとおりに、文書を送ったり告示したりして効力を持たせること。役所では「せこう」とも読みます。"),
        ),
        Term(
            "josho", "浄書", "じょうしょ", "fair copy", ("shogo", "anbun"),
            _("案文から、実際に送る文書を清書すること。"),
        ),
        Term(
            "shogo", "照合", "しょうごう", "comparison", ("josho", "koin"),
            _("清書した文書が決裁を受けた案文と同じかを、起案者ではない人が見くらべること。"),
        ),
        Term(
            "koin", "公印", "こういん", "official seal", ("seko",),
            _("市長印など、市の文書であることを示す印。公印を守る人の承認を受けて押します。"),
        ),
        Term(
            "gengi", "原議", "げんぎ", "the decided original", ("kessai", "daicho"),
            _("決裁を受けた文書そのもの。このシステムでは決裁のときの版が固定され、だれにも変えられません。"),
        ),
        Term(
            "kanketsu", "完結", "かんけつ", "closing", ("bosatsu", "hozonkikan"),
            _("案件についてすることがすべて終わり、簿冊に綴ること。保存期間は完結をもとに数えます。"),
        ),
        Term(
            "bunshobango", "文書番号", "ぶんしょばんごう", "record number", ("edaban",),
            _("課の記号と年度ごとの通し番号。提出のときに付き、抜けもやり直しもありません。"),
        ),
        Term(
            "edaban", "枝番", "えだばん", "branch number", ("bunshobango",),
            _("同じ件で往復した文書を区別するため、番号の後ろに付ける番号。「第214号の2」の「2」です。"),
        ),
        Term(
            "shushu", "収受", "しゅうじゅ", "receiving", ("haifu",),
            _("外から届いた文書を市の文書として受け取り、番号を付けて登録すること。"),
        ),
        Term(
            "haifu", "配布", "はいふ", "handing over to a division", ("shushu", "iso"),
            _("収受した文書を、担当する課へ渡すこと。"),
        ),
        Term(
            "iso", "移送", "いそう", "passing on", ("haifu",),
            _("担当ではない課に届いた文書を、担当する課や役所へ送ること。"),
        ),
    ),
)  # fmt: skip
KEEPING = Chapter(
    "keeping",
    _("保存と記録"),
    (
        Term(
            "bosatsu", "簿冊", "ぼさつ", "binder", ("hozonkikan", "bunrui"),
            _("同じ仕事の文書を年度ごとにまとめる綴り。保存期間と、満了したときの扱いは簿冊ごとに決まります。"),
        ),
        Term(
            "bunrui", "分類", "ぶんるい", "class", ("bosatsu",),
            _("仕事の種類で簿冊を大、中、小に分ける番号。文書分類表で決まっています。"),
        ),
        Term(
            "hozonkikan", "保存期間", "ほぞんきかん", "retention period", ("kisanbi", "manryo"),
            _("文書を捨てずに置く年数。1年、3年、5年、10年、30年などがあり、起算日から数えます。"),
        ),
        Term(
            "kisanbi", "起算日", "きさんび", "first day that counts", ("hozonkikan",),
            _("保存期間を数えはじめる日。多くは完結した年度の次の4月1日です。"),
        ),
        Term(
            "manryo", "満了日", "まんりょうび", "day of expiry", ("haiki", "ikan", "encho"),
            _("保存期間の最後の日。この日を過ぎると、廃棄、移管、延長のどれかを判断します。"),
        ),
        Term(
            "joyo", "常用", "じょうよう", "in constant use", ("hozonkikan",),
            _("いつも使うため、満了日を決めずに手元に置く文書。台帳や規程の綴りなどです。"),
        ),
        Term(
            "hikitsugi", "引継", "ひきつぎ", "handing over to the archives room", ("shukanka", "shakuran"),
            _("完結して1年ほど置いた文書を、課から文書の主管課へ移すこと。"),
        ),
        Term(
            "shakuran", "借覧", "しゃくらん", "borrowing", ("hikitsugi",),
            _("引き継いだ文書を、目的と期間を書いて借り、読むこと。"),
        ),
        Term(
            "encho", "延長", "えんちょう", "prolonging", ("manryo",),
            _("監査、訴訟、開示請求などがあるとき、保存期間をのばすこと。理由が要ります。"),
        ),
        Term(
            "ikan", "移管", "いかん", "transfer to the archives", ("manryo", "haiki"),
            _("歴史の資料として残す文書を、満了のあと公文書館などへ移すこと。"),
        ),
        Term(
            "haiki", "廃棄", "はいき", "destruction", ("manryo",),
            _("満了した文書を、決裁を受けて消すこと。何を廃棄したかの記録は残ります。"),
        ),
        Term(
            "kokaikubun", "公開区分", "こうかいくぶん", "disclosure", ("hozonkikan",),
            _("開示請求があったとき、公開、部分公開、非公開のどれになる見込みかという印。最後の判断は請求のときにします。"),
        ),
        Term(
            "daicho", "台帳", "だいちょう", "ledger", ("gengi",),
            _("だれが、いつ、何をしたかを順に書き足していく記録。変えることも消すこともできず、監査者が見ます。"),
        ),
        Term(
            "bunshoshunin", "文書主任", "ぶんしょしゅにん", "records officer", ("shinsa",),
            _("課の文書の扱いをまとめる職員。審査、簿冊の整理、引継ぎを受け持ち、文書の相談先になります。"),
        ),
        Term(
            "shukanka", "主管課", "しゅかんか", "division in charge of records", ("shumuka", "hikitsugi"),
            _("市全体の文書の決まりと保存をまとめる課。多くの市では総務課です。"),
        ),
        Term(
            "shumuka", "主務課", "しゅむか", "division in charge of the matter", ("shukanka",),
            _("その案件の仕事を受け持つ課。起案し、文書を所管します。"),
        ),
    ),
)  # fmt: skip
CHAPTERS = (CASES, TURNS, AFTER, KEEPING)


def terms() -> Iterator[Term]:
    """Every word in the order of the page."""
    for chapter in CHAPTERS:
        yield from chapter.terms


BY_CODE = {term.code: term for term in terms()}
BY_WORD = {term.word: term for term in terms()}


def term_named(name: object) -> Term | None:
    """The term that a code or a label of a page means; labels may be in the language of the page."""
    text = str(name).strip()
    return BY_CODE.get(text) or BY_WORD.get(text) or _labels(get_language() or "").get(text)


@cache
def _labels(language: str) -> dict[str, Term]:
    """How the words are called as labels of forms and columns in that language."""
    return {gettext(word): term for word, term in BY_WORD.items()}
