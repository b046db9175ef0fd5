"""The public directory: whom to ask, by level, place and theme, and the page of one post."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from accounts.access import public_page
from common import clock
from common.pagination import paginate
from common.policies import allowed
from common.times import local_date
from county.models import get_county
from liaisons.forms import DirectoryFilter
from liaisons.matching import served
from liaisons.models import Post
from liaisons.overview import placed
from liaisons.responsible import holders_on, powers_on, responsible_for, responsible_on


def asked_posts(posts: QuerySet[Post], asked: dict[str, str]) -> QuerySet[Post]:
    """Return the posts that the directory's filter asks for; every word has to be found."""
    found = placed(posts, asked)
    for word in asked["q"].split():
        found = found.filter(
            Q(name_fi__icontains=word)
            | Q(services__icontains=word)
            | Q(tasks_fi__icontains=word)
            | Q(unit__name_fi__icontains=word)
            | Q(municipality__name_fi__icontains=word)
        )
    for field, name in (("themes", "teema"), ("life_situations", "tilanne"), ("level", "taso")):
        if asked[name]:
            found = found.filter(**{field: asked[name]})
    return found


@public_page
def directory(request: HttpRequest) -> HttpResponse:
    """Everybody's list of liaison posts with who answers today."""
    now = clock.now()
    day = local_date(now)
    posts: Any = allowed("liaisons.post.public", request.user, now=now)
    form = DirectoryFilter(request.GET or None, day=day)
    if form.is_valid():
        posts = asked_posts(posts, form.cleaned_data)
    page = paginate(request, list(posts.by_level().select_related("unit", "municipality")))  # some hundreds at most
    answers = responsible_on(page.object_list, day)
    return render(
        request,
        "liaisons/directory.html",
        {"page": page, "rows": [(post, answers[post.pk]) for post in page.object_list], "form": form},
    )


@public_page
def public_post(request: HttpRequest, pk: int) -> HttpResponse:
    """One post: what it answers for, who holds it now, who stands in, how to be in touch."""
    now = clock.now()
    day = local_date(now)
    found = allowed("liaisons.post.public", request.user, now=now).select_related("unit", "municipality")
    post = get_object_or_404(found, pk=pk)
    tasks, language = post.tasks_in((get_language() or "fi")[:2])
    county = get_county()
    return render(
        request,
        "liaisons/public_post.html",
        {
            "post": post,
            "tasks": tasks,
            "tasks_language": language,
            "holders": holders_on([post], day)[post.pk],
            "responsible": responsible_for(post, day),
            "powers": powers_on([post], day)[post.pk],
            "municipalities": served(post),
            "themes": post.themes.all(),
            "life_situations": post.life_situations.all(),
            "sectors": post.sectors.all(),
            "answer_days": post.promised_days(county.answer_days if county else 5),
        },
    )
