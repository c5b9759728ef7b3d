"""The digital tiers of firms, as a scenario describes them."""

from typing import Annotated

from pydantic import Field

from kidswear_brain.scenario.values import Model, NonNegative, Positive, Share


class Tier(Model):
    """One digital tier above the workshop: its share of the firms and what it changes."""

    share: Share
    efficiency_factor: Positive
    changeover_factor: NonNegative
    report_error_factor: NonNegative


class DigitalWorkshop(Tier):
    """The first tier above the workshop."""

    share: Share = 0.05
    efficiency_factor: Positive = 1.04
    changeover_factor: NonNegative = 0.9
    report_error_factor: NonNegative = 0.5


class SmartFactory(Tier):
    """The second tier above the workshop."""

    share: Share = 0.01
    efficiency_factor: Positive = 1.1
    changeover_factor: NonNegative = 0.7
    report_error_factor: NonNegative = 0.25


class FutureFactory(Tier):
    """The highest tier."""

    share: Share = 0.001
    efficiency_factor: Positive = 1.2
    changeover_factor: NonNegative = 0.5
    report_error_factor: NonNegative = 0.1


class Digital(Model):
    """How digital firms are: all that no higher tier takes are workshops."""

    digital_workshop: DigitalWorkshop = DigitalWorkshop()
    smart_factory: SmartFactory = SmartFactory()
    future_factory: FutureFactory = FutureFactory()
    size_correlation: Annotated[float, Field(ge=0, le=0.99)] = 0.6
    upgrade_share: Share = 0.0
