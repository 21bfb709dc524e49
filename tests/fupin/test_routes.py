"""Every route for every persona: who gets there, who is refused, and that a refusal writes nothing."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import resolve, reverse
from lxml import html

from funds.enums import EnterpriseKind, Measure, ProjectStage
from funds.interfaces.shapes import SHAPES
from fupin.access import MAY, Action, Role
from fupin.domain.jobs import run_next_job
from fupin.models import Ledger, Region, RegionYear
from households.enums import PovertyCategory, PovertyStatus, Relation
from households.models import HouseholdYear, Membership
from households.work import WorkKind
from reports.figures import projects
from reports.figures import village as registers
from reports.figures.window import Window
from tests.blanks.shapes import SHAPES as FORMS
from tests.conftest import FormClient, World, logged_in
from tests.factories import YEAR
from tests.fupin.conftest import Standing
from tests.fupin.test_headers import problems
from tests.fupin.walking import PNG, ROUTES, Village, body_of, patterns, url_of, written

PERSONAS = (
    "anonymous", "clerk_a", "clerk_b", "team", "helper", "township", "department", "county", "leader", "auditor",
    "administrator",
)  # fmt: skip

# Status by route and persona, for the rows of village A. 302 of an anonymous visitor is the way to log-in.
# Out of scope: 404. In scope without the right: 403. In the second table 302 is a write, and nothing else is.
GETS = """
route               anonymous clerk_a clerk_b team helper township department county leader auditor administrator
home                302       302     302     302  302    302      302        302    302    302     302
login               200       302     302     302  302    302      302        302    302    302     302
logout              405       405     405     405  405    405      405        405    405    405     405
password_change     302       200     200     200  200    200      200        200    200    200     200
users               302       403     403     403  403    403      403        403    403    403     200
user_create         302       403     403     403  403    403      403        403    403    403     200
user                302       403     403     403  403    403      403        403    403    403     200
regions             302       403     403     403  403    403      403        403    403    403     200
attachment          302       200     404     200  200    200      200        200    200    200     404
places              302       200     404     200  200    200      200        200    200    200     403
years               302       403     404     403  403    403      403        200    403    403     403
progress            302       200     404     200  200    200      200        200    200    200     403
ledger              302       200     404     200  200    200      200        200    200    200     403
declare_nil         302       405     404     405  403    405      403        403    403    403     403
import              302       200     404     403  403    200      403        200    403    403     403
import_template     302       200     404     403  403    200      403        200    403    403     403
import_run          302       200     404     403  403    200      403        200    403    403     403
import_columns      302       200     404     403  403    200      403        200    403    403     403
import_marked       302       404     404     403  403    404      403        404    403    403     403
import_backfill     302       200     404     404  403    200      404        200    403    404     403
import_step         302       200     404     403  403    200      403        200    403    403     403
find                302       200     404     200  200    200      200        200    200    200     403
views               302       405     404     405  405    405      405        405    405    405     403
saved_view          302       405     404     405  405    405      405        405    405    405     403
reveals             302       403     404     403  403    403      403        200    403    200     403
exports             302       403     404     403  403    403      403        200    403    200     403
jobs                302       200     404     200  200    200      200        200    200    200     403
job                 302       404     404     404  404    200      404        404    404    404     403
job_file            302       404     404     404  404    200      404        404    404    404     403
villages_list       302       200     404     200  200    200      200        200    200    200     403
villages_detail     302       200     404     200  200    200      200        200    200    200     403
villages_history    302       200     404     200  403    200      403        200    403    200     403
villages_export     302       200     404     200  403    200      200        200    403    200     403
villages_edit       302       200     404     200  403    200      403        403    403    403     403
households_list     302       200     404     200  200    200      200        200    200    200     403
households_detail   302       200     404     200  200    200      200        200    200    200     403
households_history  302       200     404     200  403    200      403        200    403    200     403
households_export   302       200     404     200  403    200      200        200    403    200     403
households_export_full 302       200     404     403  403    200      403        200    403    403     403
households_edit     302       200     404     200  403    200      403        403    403    403     403
households_attach   302       405     404     405  405    405      403        403    403    403     403
households_create   302       200     404     200  403    200      403        403    403    403     403
households_family   302       200     404     200  403    200      403        403    403    403     403
households_correct  302       200     404     403  403    200      403        403    403    403     403
members_correct     302       200     404     403  403    200      403        403    403    403     403
corrections_list    302       200     404     200  200    200      200        200    200    200     403
corrections_detail  302       200     404     200  200    200      200        200    200    200     403
corrections_decide  302       403     404     403  403    403      403        405    403    403     403
households_reveal   302       200     404     403  403    200      403        200    403    403     403
households_card     302       200     404     200  200    200      200        200    200    200     403
households_cards    302       200     404     200  200    200      200        200    200    200     403
households_collect  302       200     404     200  200    200      200        200    200    200     403
households_collects 302       200     404     200  200    200      200        200    200    200     403
members_list        302       200     404     200  200    200      200        200    200    200     403
members_detail      302       200     404     200  200    200      200        200    200    200     403
members_history     302       200     404     200  403    200      403        200    403    200     403
members_export      302       200     404     200  403    200      200        200    403    200     403
members_roster_2019 302       200     404     200  403    200      200        200    403    200     403
members_roster_2022 302       200     404     200  403    200      200        200    403    200     403
members_export_full 302       200     404     403  403    200      403        200    403    403     403
members_roster_2019_full 302       200     404     403  403    200      403        200    403    403     403
members_roster_2022_full 302       200     404     403  403    200      403        200    403    403     403
members_edit        302       200     404     200  403    200      403        403    403    403     403
members_reveal      302       200     404     403  403    200      403        200    403    403     403
helpers_list        302       200     404     200  200    200      200        200    200    200     403
helpers_detail      302       200     404     200  200    200      200        200    200    200     403
helpers_history     302       200     404     200  403    200      403        200    403    200     403
helpers_export      302       200     404     200  403    200      200        200    403    200     403
helpers_export_full 302       200     404     403  403    200      403        200    403    403     403
helpers_edit        302       403     404     403  403    200      403        200    403    403     403
helpers_create      302       403     404     403  403    200      403        200    403    403     403
helpers_reveal      302       200     404     403  403    200      403        200    403    403     403
income_list         302       200     404     200  200    200      200        200    200    200     403
income_detail       302       200     404     200  200    200      200        200    200    200     403
income_history      302       200     404     200  403    200      403        200    403    200     403
income_export       302       200     404     200  403    200      200        200    403    200     403
income_edit         302       200     404     200  403    200      403        403    403    403     403
lines_list          302       200     404     200  200    200      200        200    200    200     403
lines_detail        302       200     404     200  200    200      200        200    200    200     403
lines_history       302       200     404     200  403    200      403        200    403    200     403
lines_edit          302       403     404     403  403    403      403        200    403    403     403
lines_create        302       403     404     403  403    403      403        200    403    403     403
pairings_list       302       200     404     200  200    200      200        200    200    200     403
pairings_detail     302       200     404     200  200    200      200        200    200    200     403
pairings_history    302       200     404     200  403    200      403        200    403    200     403
pairings_edit       302       403     404     403  403    200      403        200    403    403     403
pairings_create     302       403     404     403  403    200      403        200    403    403     403
work_list           302       200     404     200  200    200      200        200    200    200     403
work_detail         302       200     404     200  200    200      200        200    200    200     403
work_history        302       200     404     200  403    200      403        200    403    200     403
work_export         302       200     404     200  403    200      200        200    403    200     403
work_edit           302       200     404     200  403    200      403        403    403    403     403
work_create         302       200     404     200  403    200      403        403    403    403     403
work_remove         302       200     404     200  403    200      403        403    403    403     403
work_attach         302       405     404     405  405    405      403        403    403    403     403
acts_list           302       200     404     200  200    200      200        200    200    200     403
acts_detail         302       200     404     200  200    200      200        200    200    200     403
acts_history        302       200     404     200  403    200      403        200    403    200     403
acts_export         302       200     404     200  403    200      200        200    403    200     403
acts_undo           302       200     404     200  403    200      403        403    403    403     403
households_number   302       405     404     405  403    405      403        403    403    403     403
acts_menu           302       200     404     200  403    200      403        403    403    403     403
acts_record         302       200     404     200  403    200      403        403    403    403     403
benefits_list       302       200     404     200  200    200      200        200    200    200     403
benefits_detail     302       200     404     200  200    200      200        200    200    200     403
benefits_history    302       200     404     200  403    200      403        200    403    200     403
benefits_export     302       200     404     200  403    200      200        200    403    200     403
benefits_edit       302       200     404     200  403    200      403        403    403    403     403
benefits_create     302       200     404     200  403    200      403        403    403    403     403
benefits_remove     302       200     404     200  403    200      403        403    403    403     403
benefits_ledgers    302       200     404     200  403    200      200        200    403    200     403
benefits_check      302       200     404     200  200    200      200        200    200    200     403
benefits_shape_posts 302       200     404     200  403    200      200        200    403    200     403
benefits_shape_posts_full 302       200     404     403  403    200      403        200    403    403     403
benefits_shape_yulu 302       200     404     200  403    200      200        200    403    200     403
benefits_shape_yulu_full 302       200     404     403  403    200      403        200    403    403     403
benefits_shape_education 302       200     404     200  403    200      200        200    403    200     403
benefits_shape_education_full 302       200     404     403  403    200      403        200    403    403     403
benefits_shape_production 302       200     404     200  403    200      200        200    403    200     403
benefits_shape_production_full 302       200     404     403  403    200      403        200    403    403     403
claims_list         302       200     404     200  200    200      200        200    200    200     403
claims_detail       302       200     404     200  200    200      200        200    200    200     403
claims_history      302       200     404     200  403    200      403        200    403    200     403
claims_export       302       200     404     200  403    200      200        200    403    200     403
loans_list          302       200     404     200  200    200      200        200    200    200     403
loans_detail        302       200     404     200  200    200      200        200    200    200     403
loans_history       302       200     404     200  403    200      403        200    403    200     403
loans_export        302       200     404     200  403    200      200        200    403    200     403
loans_export_full   302       200     404     403  403    200      403        200    403    403     403
loans_edit          302       200     404     200  403    200      403        403    403    403     403
loans_create        302       200     404     200  403    200      403        403    403    403     403
loans_reveal        302       200     404     403  403    200      403        200    403    403     403
projects_list       302       200     404     200  200    200      200        200    200    200     403
projects_detail     302       200     404     200  200    200      200        200    200    200     403
projects_history    302       200     404     200  403    200      403        200    403    200     403
projects_export     302       200     404     200  403    200      200        200    403    200     403
projects_edit       302       200     404     200  403    200      403        403    403    403     403
projects_create     302       200     404     200  403    200      403        403    403    403     403
projects_remove     302       200     404     200  403    200      403        403    403    403     403
projects_attach     302       405     404     405  405    405      403        403    403    403     403
projects_step       302       200     404     200  403    200      403        403    403    403     403
steps_list          302       200     404     200  200    200      200        200    200    200     403
steps_detail        302       200     404     200  200    200      200        200    200    200     403
steps_history       302       200     404     200  403    200      403        200    403    200     403
steps_export        302       200     404     200  403    200      200        200    403    200     403
steps_attach        302       405     404     405  405    405      403        403    403    403     403
steps_back          302       200     404     200  403    200      403        403    403    403     403
partners_list       302       200     404     200  200    200      200        200    200    200     403
partners_detail     302       200     404     200  200    200      200        200    200    200     403
partners_history    302       200     404     200  403    200      403        200    403    200     403
partners_export     302       200     404     200  403    200      200        200    403    200     403
partners_edit       302       200     404     200  403    200      403        403    403    403     403
partners_create     302       200     404     200  403    200      403        403    403    403     403
partners_remove     302       200     404     200  403    200      403        403    403    403     403
enterprises_list    302       200     404     200  200    200      200        200    200    200     403
enterprises_detail  302       200     404     200  200    200      200        200    200    200     403
enterprises_history 302       200     404     200  403    200      403        200    403    200     403
enterprises_edit    302       200     404     200  403    200      403        403    403    403     403
enterprises_create  302       200     404     200  403    200      403        403    403    403     403
money               302       200     404     200  200    200      200        200    200    200     403
money_checks        302       200     404     200  200    200      200        200    200    200     403
money_checks_export 302       200     404     200  403    200      200        200    403    200     403
appropriations_list 302       200     404     200  200    200      200        200    200    200     403
appropriations_detail 302       200     404     200  200    200      200        200    200    200     403
appropriations_history 302       200     404     200  403    200      403        200    403    200     403
appropriations_export 302       200     404     200  403    200      200        200    403    200     403
appropriations_edit 302       404     404     404  404    200      403        200    403    403     403
appropriations_create 302       404     404     404  404    200      403        200    403    403     403
appropriations_remove 302       404     404     404  404    200      403        200    403    403     403
changes_list        302       404     404     404  404    200      200        200    200    200     403
changes_detail      302       404     404     404  404    200      200        200    200    200     403
changes_history     302       404     404     404  404    200      403        200    403    200     403
changes_export      302       404     404     404  404    200      200        200    403    200     403
changes_create      302       404     404     404  404    200      403        200    403    403     403
changes_remove      302       404     404     404  404    200      403        200    403    403     403
allocations_list    302       200     404     200  200    200      200        200    200    200     403
allocations_detail  302       200     404     200  200    200      200        200    200    200     403
allocations_history 302       200     404     200  403    200      403        200    403    200     403
allocations_export  302       200     404     200  403    200      200        200    403    200     403
allocations_subsidies 302       200     404     200  403    200      200        200    403    200     403
allocations_edit    302       403     404     403  403    200      403        200    403    403     403
allocations_create  302       403     404     403  403    200      403        200    403    403     403
allocations_remove  302       403     404     403  403    200      403        200    403    403     403
payments_list       302       200     404     200  200    200      200        200    200    200     403
payments_detail     302       200     404     200  200    200      200        200    200    200     403
payments_history    302       200     404     200  403    200      403        200    403    200     403
payments_export     302       200     404     200  403    200      200        200    403    200     403
payments_edit       302       403     404     403  403    200      403        200    403    403     403
payments_create     302       403     404     403  403    200      403        200    403    403     403
payments_remove     302       403     404     403  403    200      403        200    403    403     403
payments_attach     302       405     404     405  405    405      403        403    403    403     403
texts_list          302       200     404     200  200    200      200        200    200    200     403
texts_detail        302       200     404     200  200    200      200        200    200    200     403
texts_history       302       200     404     200  403    200      403        200    403    200     403
texts_export        302       200     404     200  403    200      200        200    403    200     403
texts_edit          302       200     404     200  403    200      403        403    403    403     403
texts_create        302       200     404     200  403    200      403        403    403    403     403
texts_remove        302       200     404     200  403    200      403        403    403    403     403
overview            302       200     404     200  200    200      200        200    200    200     403
dashboard           302       200     404     200  403    200      200        200    200    200     403
dashboard_panel     302       200     404     200  403    200      200        200    403    200     403
statistics          302       200     404     200  403    200      200        200    200    200     403
statistics_export   302       302     404     302  403    302      302        302    403    302     403
summary             302       200     404     200  403    200      200        200    200    200     403
closing             302       403     404     403  403    403      403        200    403    403     403
closing_since       302       200     404     200  403    200      200        200    200    200     403
reports             302       200     404     200  403    200      200        200    200    200     403
report              302       200     404     200  403    200      200        200    200    200     403
report_since        302       200     404     200  403    200      200        200    200    200     403
report_file         302       200     404     200  403    200      200        200    200    200     403
bundles             302       404     404     404  404    200      200        200    403    200     403
bundle              302       404     404     404  404    200      404        404    403    404     403
bundle_file         302       404     404     404  404    200      404        404    403    404     403
blanks              302       200     404     403  403    200      403        200    403    403     403
blank               302       200     404     403  403    200      403        200    403    403     403
blank_file          302       404     404     403  403    200      403        404    403    403     403
proof               302       200     404     200  403    200      200        200    200    200     403
yearbook            302       404     404     404  404    200      200        200    200    200     403
yearbook_file       302       404     404     404  404    200      404        404    404    404     403
definitions         302       200     404     200  403    200      200        200    200    200     403
wording             302       403     404     403  403    403      403        200    403    403     403
wording_version     302       403     404     403  403    403      403        200    403    403     403
figure_rows         302       200     404     200  403    200      200        200    200    200     403
figure_export       302       200     404     200  403    200      200        200    403    200     403
"""
POSTS = """
route               anonymous clerk_a clerk_b team helper township department county leader auditor administrator
user_create         302       403     403     403  403    403      403        403    403    403     302
user                302       403     403     403  403    403      403        403    403    403     302
regions             302       403     403     403  403    403      403        403    403    403     302
years               302       403     404     403  403    403      403        302    403    403     403
progress            302       302     404     403  403    302      403        403    403    403     403
declare_nil         302       302     404     302  403    302      403        403    403    403     403
import              302       302     404     403  403    302      403        302    403    403     403
import_columns      302       302     404     403  403    302      403        302    403    403     403
import_step         302       302     404     403  403    302      403        302    403    403     403
find                302       303     404     303  303    303      303        303    303    303     403
views               302       302     404     302  302    302      302        302    302    302     403
saved_view          302       302     404     404  404    404      404        404    404    404     403
households_reveal   302       200     404     403  403    200      403        200    403    403     403
households_card     302       200     404     403  403    200      403        200    403    403     403
households_cards    302       200     404     403  403    200      403        200    403    403     403
households_collect  302       200     404     403  403    200      403        200    403    403     403
households_collects 302       200     404     403  403    200      403        200    403    403     403
import_backfill     302       200     404     404  403    200      404        200    403    404     403
members_reveal      302       200     404     403  403    200      403        200    403    403     403
jobs                302       302     404     302  403    302      302        302    403    302     403
job                 302       404     404     404  404    302      404        404    404    404     403
households_export_full 302       200     404     403  403    200      403        200    403    403     403
members_export_full 302       200     404     403  403    200      403        200    403    403     403
members_roster_2019_full 302       200     404     403  403    200      403        200    403    403     403
members_roster_2022_full 302       200     404     403  403    200      403        200    403    403     403
helpers_export_full 302       200     404     403  403    200      403        200    403    403     403
villages_edit       302       302     404     302  403    302      403        403    403    403     403
households_edit     302       302     404     302  403    302      403        403    403    403     403
households_attach   302       302     404     302  302    302      403        403    403    403     403
households_create   302       302     404     302  403    302      403        403    403    403     403
households_family   302       302     404     302  403    302      403        403    403    403     403
households_correct  302       422     404     403  403    422      403        403    403    403     403
members_correct     302       422     404     403  403    422      403        403    403    403     403
corrections_decide  302       403     404     403  403    403      403        302    403    403     403
members_edit        302       302     404     302  403    302      403        403    403    403     403
helpers_edit        302       403     404     403  403    302      403        302    403    403     403
helpers_create      302       403     404     403  403    302      403        302    403    403     403
helpers_reveal      302       200     404     403  403    200      403        200    403    403     403
income_edit         302       302     404     302  403    302      403        403    403    403     403
lines_edit          302       403     404     403  403    403      403        302    403    403     403
lines_create        302       403     404     403  403    403      403        302    403    403     403
pairings_edit       302       403     404     403  403    302      403        302    403    403     403
pairings_create     302       403     404     403  403    302      403        302    403    403     403
work_edit           302       302     404     302  403    302      403        403    403    403     403
work_create         302       302     404     302  403    302      403        403    403    403     403
work_remove         302       302     404     302  403    302      403        403    403    403     403
work_attach         302       302     404     302  302    302      403        403    403    403     403
acts_undo           302       302     404     302  403    302      403        403    403    403     403
households_number   302       200     404     200  403    200      403        403    403    403     403
acts_record         302       302     404     302  403    302      403        403    403    403     403
benefits_edit       302       302     404     302  403    302      403        403    403    403     403
benefits_create     302       302     404     302  403    302      403        403    403    403     403
benefits_remove     302       302     404     302  403    302      403        403    403    403     403
benefits_shape_posts_full 302       200     404     403  403    200      403        200    403    403     403
benefits_shape_yulu_full 302       200     404     403  403    200      403        200    403    403     403
benefits_shape_education_full 302       200     404     403  403    200      403        200    403    403     403
benefits_shape_production_full 302       200     404     403  403    200      403        200    403    403     403
loans_export_full   302       200     404     403  403    200      403        200    403    403     403
loans_edit          302       302     404     302  403    302      403        403    403    403     403
loans_create        302       302     404     302  403    302      403        403    403    403     403
loans_reveal        302       200     404     403  403    200      403        200    403    403     403
projects_edit       302       302     404     302  403    302      403        403    403    403     403
projects_create     302       302     404     302  403    302      403        403    403    403     403
projects_remove     302       302     404     302  403    302      403        403    403    403     403
projects_attach     302       302     404     302  302    302      403        403    403    403     403
projects_step       302       422     404     422  403    422      403        403    403    403     403
steps_attach        302       302     404     302  302    302      403        403    403    403     403
steps_back          302       302     404     302  403    302      403        403    403    403     403
partners_edit       302       302     404     302  403    302      403        403    403    403     403
partners_create     302       302     404     302  403    302      403        403    403    403     403
partners_remove     302       302     404     302  403    302      403        403    403    403     403
enterprises_edit    302       302     404     302  403    302      403        403    403    403     403
enterprises_create  302       302     404     302  403    302      403        403    403    403     403
appropriations_edit 302       404     404     404  404    302      403        302    403    403     403
appropriations_create 302       404     404     404  404    302      403        302    403    403     403
appropriations_remove 302       404     404     404  404    302      403        302    403    403     403
changes_create      302       404     404     404  404    302      403        302    403    403     403
changes_remove      302       404     404     404  404    302      403        302    403    403     403
allocations_edit    302       403     404     403  403    302      403        302    403    403     403
allocations_create  302       403     404     403  403    302      403        302    403    403     403
allocations_remove  302       403     404     403  403    302      403        302    403    403     403
payments_edit       302       403     404     403  403    302      403        302    403    403     403
payments_create     302       403     404     403  403    302      403        302    403    403     403
payments_remove     302       403     404     403  403    302      403        302    403    403     403
payments_attach     302       302     404     302  302    302      403        403    403    403     403
texts_edit          302       302     404     302  403    302      403        403    403    403     403
texts_create        302       302     404     302  403    302      403        403    403    403     403
texts_remove        302       302     404     302  403    302      403        403    403    403     403
closing             302       403     404     403  403    403      403        302    403    403     403
reports             302       302     404     403  403    302      403        302    403    403     403
report              302       422     404     403  403    422      403        422    403    403     403
bundles             302       404     404     404  404    302      302        302    403    302     403
blanks              302       302     404     403  403    302      403        302    403    403     403
blank               302       302     404     403  403    302      403        302    403    403     403
yearbook            302       404     404     404  404    302      302        302    302    302     403
wording             302       403     404     403  403    403      403        302    403    403     403
wording_version     302       403     404     403  403    403      403        302    403    403     403
"""
#: Posts of one's own session, tested in test_login.py.
OWN = {"login", "logout", "password_change"}


def table(text: str) -> dict[str, dict[str, int]]:
    """The rows of a table by route and persona."""
    head, *rows = text.split("\n")[1:-1]
    assert tuple(head.split()[1:]) == PERSONAS
    found = {}
    for row in rows:
        name, *cells = row.split()
        assert name not in found, f"{name} stands twice"
        found[name] = dict(zip(PERSONAS, map(int, cells), strict=True))
    return found


GET, POST = table(GETS), table(POSTS)


def test_every_route_is_in_the_table() -> None:
    named = [pattern.name for pattern in patterns()]
    assert len(named) == len(set(named)), "two routes have the same name, or none"
    missing = set(named) - set(ROUTES)
    assert not missing, f"new routes: enter them in walking.ROUTES and in the tables above: {sorted(missing)}"
    gone = set(ROUTES) - set(named)
    assert not gone, f"routes that are no more: strike them out: {sorted(gone)}"
    assert set(GET) == set(ROUTES)


def test_every_route_of_a_row_is_tried_with_foreign_rows() -> None:
    keyed = {p.name for p in patterns() if "key" in p.pattern.converters}
    # Users are the administrator's; what is posted to is tried by test_post; a bundle by tests/reports/test_bundle.py, a
    # yearbook by test_yearbook.py,
    # a saved view by test_views.py; a county's line is that of all its villages, tests/income/test_lines.py.
    assert keyed == {
        *ROW_ROUTES,
        "lines_detail",
        "lines_history",
        "lines_edit",
        "user",
        "corrections_decide",
        "households_attach",
        "work_attach",
        "projects_attach",
        "steps_attach",
        "payments_attach",
        *OF_THE_ASKER,
    }


def test_every_post_is_in_the_table() -> None:
    posting = {p.name for p in patterns() if hasattr(p.callback.view_class, "post")}
    assert posting - OWN == set(POST)


#: Had only by the user who asked for it.
OF_THE_ASKER = ("bundle", "bundle_file", "blank_file", "yearbook_file", "saved_view", "job", "job_file")
#: Resources whose rows can be deleted.
LEDGERS = ("work", "benefits", "projects", "partners", "texts", "appropriations", "allocations", "payments")
#: Routes whose URL names a row of a village.
ROW_ROUTES = [
    "attachment", "import_run", "import_columns", "import_marked", "import_backfill", "import_step", "households_correct", "members_correct", "corrections_detail",
    *(f"{resource}_{verb}"
      for resource in ("villages", "households", "members", "income", "helpers", "pairings", "enterprises", "loans", *LEDGERS)
      for verb in ("detail", "history", "edit")),
    "report", "report_since", "report_file",
    "households_family", "claims_detail", "claims_history", "loans_reveal",
    "households_reveal", "members_reveal", "helpers_reveal", "households_card", "households_collect",
    *(f"{resource}_remove" for resource in LEDGERS),
    "blank", "steps_detail", "steps_history", "steps_back", "projects_step",
    "changes_detail", "changes_history", "changes_remove",
    "acts_detail", "acts_history", "acts_undo", "acts_menu", "acts_record",
]  # fmt: skip


def data_of(name: str, village: Village) -> dict[str, Any]:
    """What is posted: valid, and a change."""
    pairing = {"household": village.household.household_id, "helper": village.pairing.helper_id}
    member = village.member
    benefit = {"household": village.household.household_id, "measure": Measure.WATER.value}
    terms = {"bank": "农商行", "use": "01", "lent_on": "2017-03-01", "due_on": "2019-03-01"}
    project = {"name": "新建便民小道", "stage": ProjectStage.PLANNED.value}
    partner = {"enterprise": village.benefit.enterprise.name, "household": village.household.household_id}
    source = {
        "document": "鄂财农[2017]8号", "title": "关于下达资金的通知", "issued_on": "2017-01-15", "level": "02", "amount": "600000",
    }  # fmt: skip
    allocation = {"on": "2017-03-01", "amount": "30000"}
    payment = {"on": "2017-07-01", "amount": "2000", "payee": "云岭建筑公司", "voucher": "记-900"}
    entry = {"kind": WorkKind.POLICY.value, "on": "2017-05-06", "attendance": "31"}
    return {
        "user_create": {"what": "user", "username": "new_one", "name": "新人", "is_active": "on"},
        "user": {"what": "user", "username": "clerk_a", "name": "改了名", "is_active": "on"},
        "regions": {"code": "421199103208", "name": "新村"},
        "years": {"what": "due", "due_on": "2017-12-31"},
        "closing": {"what": "close", "sure": "1"},
        "reports": {"kind": "village"},
        "report": {"what": "submit"},
        "progress": {"what": "submit", "remark": "已核对"},
        "declare_nil": {},
        "find": {"q": "试"},
        "households_number": {"number": "421199196803040013"},
        "views": {"list": "households", "name": "我的视图", "query": "category=01"},
        "saved_view": {"what": "rename", "name": "改名"},
        "households_reveal": {"purpose": "check", "note": "核对身份"},
        "import_backfill": {"purpose": "check", "note": "核对身份"},
        "members_reveal": {"purpose": "check", "note": "核对身份"},
        "helpers_reveal": {"purpose": "check", "note": "核对身份"},
        "loans_reveal": {"purpose": "check", "note": "核对身份"},
        **{
            route: {"purpose": "check", "note": "核对身份"}
            for route in (
                "households_export_full", "members_export_full", "helpers_export_full", "members_roster_2019_full",
                "members_roster_2022_full", "loans_export_full",
                *(f"benefits_shape_{shape}_full" for shape in SHAPES),
            )
        },
        "jobs": {"path": url_of("households_export", village)},
        "job": {},
        "helpers_edit": {"name": "改名", "unit": "交通局"},
        "helpers_create": {"name": "新帮扶", "unit": "交通局", "phone": "13871004321"},
        **{
            f"households_{sheet}": {"purpose": "check", "note": "核对身份"}
            for sheet in ("card", "cards", "collect", "collects")
        },
        "import": {"kind": "village", "file": SimpleUploadedFile("甲村.xlsx", b"not a workbook")},
        "import_columns": {"s1-1": "household_number"},
        "import_step": {},
        "villages_edit": {"groups": "9"},
        "households_edit": {
            "category": PovertyCategory.DIBAO.value, "status": PovertyStatus.NOT_EXITED.value, "remark": "改了",
        },
        "households_correct": {"category": PovertyCategory.DIBAO.value, "correction_reason": "录入有误"},
        "members_correct": {"relation": "01", "health": "02", "correction_reason": "录入有误"},
        "corrections_decide": {},
        "households_attach": {"file": SimpleUploadedFile("新.png", PNG + b"new")},
        "households_create": {
            "household_number": "4219000077", "category": PovertyCategory.DIBAO.value,
            "status": PovertyStatus.NOT_EXITED.value, "registered_on": "2014-05-01",
            "members-TOTAL_FORMS": "1", "members-INITIAL_FORMS": "0", "members-0-name": "吴山泉",
            "members-0-relation": "01", "members-0-sex": "1", "members-0-birth_date": "1968-03-04",
        },
        "households_family": family_data(village.household),
        "members_edit": {"relation": Relation(member.relation).value, "remark": "改了"},
        "pairings_edit": {**pairing, "starts_on": "2017-02-01"},
        "pairings_create": {**pairing, "starts_on": "2017-03-01"},
        "income_edit": {"wages": "18000.5"},
        "lines_edit": {"year": "2017", "kind": "01", "amount": "3400", "source": "县文件"},
        "lines_create": {"year": "2018", "kind": "01", "amount": "3500", "source": "县文件"},
        "work_edit": entry,
        "work_create": entry,
        "work_attach": {"file": SimpleUploadedFile("新.png", PNG + b"new")},
        "acts_undo": {"reason": "登错了"},
        "acts_record": {"name": "新生", "sex": "2", "birth_date": "2017-06-01", "relation": "04"},
        "benefits_edit": benefit,
        "benefits_create": benefit,
        "loans_edit": {**terms, "benefit": village.loan.benefit_id, "bank": "改了"},
        "loans_create": {**terms, "benefit": village.unlent.pk},
        "projects_edit": project,
        "projects_create": project,
        "projects_step": {"on": "2017-02-02"},
        "steps_back": {"reason": "登错了"},
        "steps_attach": {"file": SimpleUploadedFile("新.png", PNG + b"new")},
        "projects_attach": {"file": SimpleUploadedFile("新.png", PNG + b"new")},
        "appropriations_edit": source,
        "appropriations_create": source,
        "changes_create": {
            "appropriation": village.allocation.appropriation_id, "kind": "01", "on": "2017-04-01", "amount": "1000",
        },
        "changes_remove": {},
        "allocations_edit": allocation,
        "allocations_create": {
            **allocation, "appropriation": village.allocation.appropriation_id, "project": village.project.pk,
        },
        "payments_edit": payment,
        "payments_create": {**payment, "allocation": village.unpaid.pk},
        "payments_attach": {"file": SimpleUploadedFile("新.png", PNG + b"new")},
        "partners_edit": partner,
        "partners_create": partner,
        "enterprises_edit": {"name": "改名合作社", "kind": EnterpriseKind.COOPERATIVE.value},
        "enterprises_create": {"name": "新合作社", "kind": EnterpriseKind.COOPERATIVE.value},
        "texts_edit": {"chapter": "7", "position": "40", "text": "在册{poor:户人}。"},
        "texts_create": {"chapter": "6", "position": "41", "text": "会议开到院子里。"},
        **{f"{resource}_remove": {} for resource in LEDGERS},
        "bundles": {"first": "2016", "last": "2017", "since": "2014", "formats": ["docx"]},
        "blanks": {"name": "新表", "file": SimpleUploadedFile("新表.xlsx", FORMS["one_row_of_headings"]().content().getvalue())},
        "blank": {"what": "save"},
        "yearbook": {"format": "xlsx"},
        "wording": {
            "what": "save", "based_on": "2", "text": "# {place}总结\n## 一、贫困户\n在册{poor:户人}。",
        },
        "wording_version": {"sure": "1", "based_on": "2"},
    }[name]  # fmt: skip


def family_data(household: HouseholdYear) -> dict[str, Any]:
    """The grid of a household's members, with a change in each row."""
    members = (
        Membership.objects.unscoped("tests").filter(household_year=household, present=True).order_by("pk")
    )
    data = {"members-TOTAL_FORMS": str(len(members)), "members-INITIAL_FORMS": "0"}
    for index, member in enumerate(members):
        data |= {
            f"members-{index}-row": str(member.pk),
            f"members-{index}-relation": member.relation,
            f"members-{index}-work_place": "03",
            f"members-{index}-work_months": "7.5",
        }
    return data


@pytest.fixture
def made(standing_once: Standing, db: None) -> Standing:
    """The two furnished villages: they stand there for every test, each of which has objects of its own."""
    return deepcopy(standing_once)


@pytest.fixture
def world(made: Standing) -> World:
    return made.world


@pytest.fixture
def personas(made: Standing) -> dict[str, Any]:
    return made.personas


@pytest.fixture
def village_a(made: Standing) -> Village:
    return made.village_a


@pytest.fixture
def village_b(made: Standing) -> Village:
    return made.village_b


@pytest.fixture
def client_of(made: Standing) -> Any:
    """A client of somebody who is logged in already."""

    def make_client(user: Any) -> FormClient:
        if user is None or user.pk not in made.sessions:
            return logged_in(user)
        client = FormClient()
        client.cookies["sessionid"] = made.sessions[user.pk]
        return client

    return make_client


def is_way_to_login(response: Any, url: str) -> bool:
    """Whether a stranger is sent to log-in, and from there back."""
    return response.status_code == 302 and response["Location"] == f"/login/?next={quote(url)}"


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_get(name: str, personas: dict[str, Any], village_a: Village, client_of: Any) -> None:
    url, before = url_of(name, village_a), written()
    got, number = {}, village_a.member.person.id_number
    for persona in PERSONAS:
        response = client_of(personas[persona]).get(url)
        got[persona], body = response.status_code, body_of(response)
        assert problems(response) == [], persona
        assert number not in f"{body.decode(errors='replace')}{response.headers}", persona
        if persona == "anonymous" and GET[name][persona] == 302:
            assert is_way_to_login(response, url)
        if response.status_code == 404:
            # Out of scope says what a page that is not there says, and nothing else.
            assert "没有找到这个页面" in body.decode()
            assert village_a.region.name not in body.decode()
        if response.status_code == 403:
            assert "没有办理此事的权限" in body.decode()
    assert got == GET[name]
    assert written() == before, "a GET wrote"


@pytest.mark.parametrize("name", sorted(POST))
def test_post(name: str, personas: dict[str, Any], village_a: Village, client_of: Any) -> None:
    url, got, wrote = url_of(name, village_a), {}, {}
    for persona in PERSONAS:
        with transaction.atomic():
            before = written()
            response = client_of(personas[persona]).post(url, data_of(name, village_a))
            got[persona], wrote[persona] = response.status_code, written() > before
            if persona == "anonymous":
                assert is_way_to_login(response, url)
            transaction.set_rollback(True)
    assert got == POST[name]
    assert wrote == {p: status == 302 and p != "anonymous" for p, status in POST[name].items()}


def test_post_writes_for_all_when_the_guard_is_off(
    personas: dict[str, Any], village_a: Village, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with a table that allows all, the leader's refused post is a write."""
    client = client_of(personas["leader"])
    url, data = url_of("households_edit", village_a), data_of("households_edit", village_a)
    before = written()
    assert (client.post(url, data).status_code, written()) == (403, before)
    monkeypatch.setitem(MAY, Role.LEADER, frozenset(Action))
    assert client.post(url, data).status_code == 302
    assert written() > before


@pytest.mark.parametrize("name", ROW_ROUTES)
def test_what_is_not_there_is_answered_like_what_is_out_of_reach(
    name: str, personas: dict[str, Any], village_a: Village, village_b: Village, client_of: Any
) -> None:
    """Village B's rows under village A's address, and rows that nobody has: the same page for clerk A."""
    kwargs_a, kwargs_b = ROUTES[name](village_a), ROUTES[name](village_b)
    client = client_of(personas["clerk_a"])
    foreign = client.get(reverse(name, kwargs={**kwargs_a, "key": kwargs_b["key"]}))
    absent = client.get(reverse(name, kwargs={**kwargs_a, "key": 2_000_000_000}))
    refused = GET[name]["clerk_a"]
    assert foreign.status_code == absent.status_code == (404 if refused == 200 else refused)
    csrf_free = [r.content for r in (foreign, absent)]
    assert csrf_free[0] == csrf_free[1]


class Links:
    """Where a page leads: links, and forms with the fields that choose what they do."""

    def __init__(self, url: str, page: bytes) -> None:
        self.links: list[str] = []
        self.forms: list[tuple[str, dict[str, str | None]]] = []
        tree = html.fromstring(page, parser=html.HTMLParser(encoding="utf-8"))
        for element in tree.iter("a", "form", "input", "button"):
            name = element.get("name")
            if element.tag == "a":
                self.links += [element.get("href")] if "href" in element.attrib else []
            elif element.tag == "form":
                if element.get("method") == "post":
                    self.forms.append((element.get("action") or url, {}))
            elif self.forms and (
                name == "what" or (element.tag == "input" and name in ("assignment", "list"))
            ):
                self.forms[-1][1][name] = element.get("value")


@cache
def lists_behind_figures() -> dict[str, str]:
    """By code of figure, the resource whose list shows its rows: of two on one list the second tells nothing of rights."""
    window = Window(Region(code="421199103206"), YEAR, YEAR, 2014)
    return {
        figure.code: base.resource
        for base in (*registers.BASES, *projects.BASES)
        for figure in base.all_figures(window)
    }


@cache
def worth(url: str, fields: tuple[tuple[str, str | None], ...] = ()) -> tuple[tuple[Any, ...], ...]:
    """What makes a link or a form worth following, if any of it is new: its route at the level of its region, and what
    is asked of the route; of figures, the list that shows their rows.

    What a query or a form says is no matter of the level; how a list is shown, is no matter of rights at all.
    """
    parts = urlsplit(url)
    match = resolve(parts.path)
    level = match.kwargs.get("region", "").rstrip("0")  # the world's codes end in no real zeros
    asked = {*parse_qs(parts.query, keep_blank_values=True)} - {"view", "more", "sort", "cols", "page"}
    words = {name: said for name, said in match.kwargs.items() if name not in ("region", "year", "key")}
    if "code" in words:
        words["code"] = lists_behind_figures().get(words["code"], words["code"])
    return (
        (match.view_name, len(level)),
        (match.view_name, *sorted(asked), *sorted(words.items()), *fields),
    )


#: Clerk B is to village B what clerk A is to village A, and both are furnished alike.
WALKERS = [persona for persona in PERSONAS[1:] if persona != "clerk_b"]


@pytest.mark.parametrize("persona", WALKERS)
def test_buttons_agree_with_rights(
    persona: str, personas: dict[str, Any], village_a: Village, village_b: Village, client_of: Any
) -> None:
    """From the first page on, every link opens and every form is taken."""
    client = client_of(personas[persona])
    waiting, seen, bad, posts = ["/"], set(), [], set()
    while waiting:
        url = waiting.pop()
        if seen.issuperset(worth(url)):
            continue
        seen.update(worth(url))
        response = client.get(url)
        body = body_of(response)
        if response.status_code == 302:
            waiting.append(response["Location"])
        elif response.status_code != 200:
            bad.append((url, response.status_code))
        elif response["Content-Type"].startswith("text/html"):
            if "---------" in body.decode():
                bad.append((url, "Django's dashes, where nothing is chosen"))
            page = Links(url, body)
            path = urlsplit(url).path
            waiting += [
                path + link if link.startswith("?") else link for link in page.links if link[0] != "#"
            ]
            posts |= {(urlsplit(action).path, tuple(fields.items())) for action, fields in page.forms}
    sent: set[tuple[Any, ...]] = set()
    for url, fields in sorted(posts):
        if url == "/logout/" or sent.issuperset(worth(url, fields)):
            continue
        sent.update(worth(url, fields))
        with transaction.atomic():
            status = client.post(url, dict(fields)).status_code
            transaction.set_rollback(True)
        if status not in (200, 302, 303, 422):
            bad.append(("POST", url, fields, status))
    assert bad == []
    assert len(seen) > 3, "no page had links"


def test_buttons_disagree_when_they_are_drawn_for_all(
    personas: dict[str, Any], village_a: Village, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a button drawn without asking leads the leader to a refusal."""
    monkeypatch.setattr("fupin.resource.base.may", lambda *_: True)
    client = client_of(personas["leader"])
    url = url_of("households_detail", village_a)
    page = Links(url, client.get(url).content)
    assert 403 in {client.get(link).status_code for link in page.links if link.endswith("/edit/")}


def test_a_clerk_with_a_second_role_edits_only_where_the_first_holds(
    personas: dict[str, Any], world: Any, village_a: Village, village_b: Village, client_of: Any
) -> None:
    """Roles do not mix: to see all of the county and to edit one village is not to edit the county."""
    from fupin.models import RoleAssignment

    RoleAssignment.objects.create(user=personas["clerk_a"], role=Role.DEPARTMENT, region=world.county)
    client = client_of(personas["clerk_a"])
    assert client.get(url_of("households_detail", village_b)).status_code == 200
    assert client.get(url_of("households_edit", village_b)).status_code == 403
    assert client.get(url_of("households_edit", village_a)).status_code == 200
    at_county = url_of("households_detail", village_a).replace(world.a.code, world.county.code)
    page = Links(at_county, client.get(at_county).content)
    assert [link for link in page.links if link.endswith("/edit/")] == []


def test_a_township_administrator_keeps_no_user_of_the_county(
    personas: dict[str, Any], world: Any, client_of: Any
) -> None:
    """Whoever could set the password of a county user would have that user's rights."""
    from tests import factories as make

    local = make.user(Role.ADMINISTRATOR, world.township, username="local", name="镇管理员")
    client = client_of(local)
    names = client.get(reverse("users")).content.decode()
    assert ("clerk_a" in names, "leader" in names) == (True, False)
    for username, status in (("clerk_a", 302), ("leader", 404), ("administrator", 404)):
        user = personas[username]
        before = user.password
        response = client.post(reverse("user", kwargs={"key": user.pk}), {"what": "password"})
        user.refresh_from_db()
        assert (response.status_code, user.password != before) == (status, status == 302)


@pytest.mark.parametrize(
    "data", [{"what": "nonsense"}, {"what": "withdraw", "assignment": "x"}, {"what": "withdraw"}]
)
def test_an_unknown_action_on_a_user_does_nothing(
    data: dict[str, str], personas: dict[str, Any], village_a: Village, client_of: Any
) -> None:
    before, password = written(), personas["clerk_a"].password
    assert client_of(personas["administrator"]).post(url_of("user", village_a), data).status_code == 404
    personas["clerk_a"].refresh_from_db()
    assert (written(), personas["clerk_a"].password) == (before, password)


def test_closing_shows_in_the_database(personas: dict[str, Any], village_a: Village, client_of: Any) -> None:
    """The table above counts rows; here is what two of the posts mean."""
    client_of(personas["county"]).post(url_of("closing", village_a), {"what": "close", "sure": "1"})
    while run_next_job():
        pass
    states = (
        RegionYear.objects.unscoped("tests").filter(region=village_a.region).values_list("state", flat=True)
    )
    assert list(states.order_by("year")) == ["closed", "open"]  # this year, and the next one
    declared = Ledger.objects.unscoped("tests").filter(region=village_a.region, state=Ledger.State.NIL)
    client_of(personas["clerk_a"]).post(url_of("declare_nil", village_a))
    assert declared.count() == 0, "a closed year was written"
