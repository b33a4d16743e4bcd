"""After the border: from a crossing to an arrival, as a linear flow of expected people.

Chance ends at the border. From there a country's :class:`~defection.journey.data.JourneyData` and
the parameters of the group ``journey`` say which share of the people in each cell goes where in a
week. So heads are conserved, twice the crossings give twice of everything, and a stored run that
kept its crossings can be followed later. What is in which file: ``cells`` the places where people
can be, ``data`` the country's files, ``rates`` the chances of a week, ``move`` the step, ``flow`` a
whole run and its tables.
"""
