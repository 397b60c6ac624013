# SPDX-License-Identifier: BSD-2-Clause
# The judge is judged: the device model rejects each broken rule and passes what is right.
picovirtio_model_tests(model model_features model_setup model_live model_chain model_ring model_packed
  model_optional model_in_order model_device)

# The sample of tests/model/README.md.
picovirtio_host_test(unit.model_sample SOURCES model_sample_test.c
                     LINK picovirtio_drivers picovirtio_test_model)
