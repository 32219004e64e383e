"""The demo's part: sample products that say that they are samples, made once."""


def test_the_demo_firm_has_samples_with_a_plan_and_a_second_run_adds_nothing(portal):
    from qilian.portal import demo
    from qilian.portal.workbench.models import Evidence, Plan, Product

    list(demo.fill())
    assert Product.objects.filter(is_sample=True).count() == Product.objects.count() == 3
    assert Plan.objects.get().answered > 0
    list(demo.fill())
    assert (Product.objects.count(), Plan.objects.count(), Evidence.objects.count()) == (3, 1, 1)
