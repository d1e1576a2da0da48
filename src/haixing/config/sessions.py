"""Sessions in the database, as Django keeps them, found by SQL that is written once: every page asks for one."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from haixing.lib.prepared import Prepared, Slot

_LIVE = Prepared(lambda: Session.objects.filter(session_key=Slot("key"), expire_date__gt=Slot("now")))


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is found."""

    def _get_session_from_db(self) -> Session | None:
        found = _LIVE.rows(key=self.session_key, now=timezone.now()) if self.session_key else []
        if not found:
            self._session_key = None  # as Django does: a key that is not ours is never taken up
            return None
        return found[0]
