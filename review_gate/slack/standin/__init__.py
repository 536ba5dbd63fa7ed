"""A local stand-in for Slack: the Web API the gate calls, and a page that shows the cards and lets one click them.

For trying the gate out and for its tests. Never beside real credentials. slack-sdk's own client talks to it over HTTP
and it signs what it sends as Slack does.
"""

from review_gate.slack.standin.people import CHANNEL, LEADS, PEOPLE, TOKEN
from review_gate.slack.standin.player import Reply, StandIn

__all__ = ["CHANNEL", "LEADS", "PEOPLE", "TOKEN", "Reply", "StandIn"]
