"""What the desk types. Bills are read by ``claims.facts.read_entry``; these are the small forms around them."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """读卡: the ten characters under a card's code, or the text of the code itself."""

    code = forms.CharField(
        label=_("卡码"), max_length=400, error_messages={"required": _("请输入家长手机上的十位卡码，或扫描二维码。")}
    )


class DayForm(forms.Form):
    """Which day's visits to list."""

    day = forms.DateField(label=_("日期"), required=False)


class ReversalForm(forms.Form):
    """冲正: undoing a bill needs a reason that its family may read."""

    reason = forms.CharField(
        label=_("冲正原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control", "autofocus": True}),
        error_messages={
            "required": _("请写明冲正原因：家长会在电子保险卡里看到它。"),
            "max_length": _("原因请写在 %(limit_value)d 个字以内，现在有 %(show_value)d 个。"),
        },
    )
