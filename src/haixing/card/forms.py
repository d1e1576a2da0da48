"""What a family types. Everything typed is kept when something is wrong, except the code."""

import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from haixing.lib.errors import Refused

FIELD_OF_REFUSAL = {
    "phone-unreadable": "phone",
    "name-unreadable": "name",
    "wrong-code": "code",
    "consent-missing": "consent",
    "unknown-vaccine": "vaccine",
    "day-impossible": "day",
    "already-recorded": "day",
    "place-too-long": "place",
}
"""Under which box a refusal is shown; any other stands above the form."""


def show_refusal(form: forms.Form, refused: Refused) -> None:
    """Print a command's refusal where the person can mend it."""
    field = FIELD_OF_REFUSAL.get(refused.code)
    form.add_error(field if field in form.fields else None, str(refused.sentence))


class CodeInput(forms.TextInput):
    """The box for a one-time code: filled in by the phone, never printed back."""

    def __init__(self) -> None:
        super().__init__(
            attrs={
                "class": "weui-input",
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "maxlength": "12",
                "placeholder": _("6 位数字"),
            }
        )

    def format_value(self, value: Any) -> None:
        """Print nothing, whatever was typed."""


def _text(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "weui-input", **attrs})


def _phone_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=30,
        widget=_text(type="tel", inputmode="tel", autocomplete="tel", placeholder=_("11 位手机号")),
        error_messages={"required": _("请填写手机号。")},
    )


def _code_field() -> forms.CharField:
    return forms.CharField(
        label=_("验证码"),
        max_length=12,
        widget=CodeInput(),
        error_messages={"required": _("请填写短信里的 6 位验证码；还没有的话，先点“获取验证码”。")},
    )


class PhoneForm(forms.Form):
    """Just the phone: what “get code” needs."""

    phone = _phone_field(_("手机号"))


class SignInForm(forms.Form):
    """A phone and the code sent to it."""

    phone = _phone_field(_("手机号"))
    code = _code_field()


class BindForm(forms.Form):
    """关联保单 (S02), with whose phone this is and the separate consent for a child under fourteen."""

    name = forms.CharField(
        label=_("被保人证件姓名"),
        max_length=60,
        widget=_text(autocomplete="off", placeholder=_("请输入被保人证件姓名")),
        error_messages={"required": _("请填写孩子证件上的姓名。")},
    )
    gender = forms.ChoiceField(
        label=_("性别"),
        choices=[("M", _("男")), ("F", _("女"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择孩子的性别。")},
    )
    phone = forms.CharField(
        label=_("投保时手机号"),
        max_length=30,
        widget=_text(type="tel", inputmode="tel", autocomplete="tel", placeholder=_("请输入投保时手机号")),
        error_messages={"required": _("请填写投保时登记的手机号。")},
    )
    code = _code_field()
    # The next two are asked of newcomers only: a signed-in guardian stays who they are.
    whose = forms.ChoiceField(
        label=_("这部手机是谁的"),
        choices=[("own", _("投保人本人的")), ("family", _("其他家人的"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择这部手机是谁的。")},
    )
    called = forms.CharField(
        label=_("您的称呼"),
        max_length=12,
        widget=_text(autocomplete="off", placeholder=_("例如：妈妈、外公")),
        error_messages={"required": _("请填写家人怎么称呼您，例如“外公”，方便大家知道谁持有这张卡。")},
    )
    consent = forms.BooleanField(
        label=_("我是孩子的监护人，或已得到监护人的委托，已阅读并同意上述内容"),
        widget=forms.CheckboxInput(),
        error_messages={"required": _("需要您勾选同意，我们才能处理孩子的信息、生成电子保险卡。")},
    )

    def __init__(self, *args: Any, is_signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_signed_in:
            del self.fields["whose"], self.fields["called"]
        elif self.data.get("whose") == "own":
            self.fields["called"].required = False


class DoseForm(forms.Form):
    """接种记录: which vaccine, on which day, and where if the family likes."""

    vaccine = forms.ChoiceField(
        label=_("疫苗"),
        widget=forms.Select(attrs={"class": "weui-input"}),
        error_messages={"required": _("请选一种疫苗。"), "invalid_choice": _("请从列表里选一种疫苗。")},
    )
    day = forms.DateField(
        label=_("接种日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "weui-input", "type": "date"}),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"],
        error_messages={
            "required": _("请填写接种那天的日期。"),
            "invalid": _("日期看不懂，请写成 2026-11-22 这样。"),
        },
    )
    place = forms.CharField(
        label=_("接种地点（可以不填）"),
        max_length=60,
        required=False,
        widget=_text(autocomplete="off", placeholder=_("例如：社区卫生服务中心")),
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs["max"] = today.isoformat()

    def offer(self, *, free: list[tuple[str, str]], paid: list[tuple[str, str]]) -> None:
        """Fill the list of vaccines: code and name."""
        choices = [("", _("请选择")), (_("免费疫苗"), free), (_("收费疫苗"), paid)]
        cast("forms.ChoiceField", self.fields["vaccine"]).choices = choices
