"""Technology meets scenario: offers and needs, who fits whom, and what trials show."""
