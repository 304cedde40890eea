package function

import "testing"

func TestSomebodyIsGreetedByName(t *testing.T) {
	var event Event
	event.Data.Name = "Ada"
	reply, err := Handle(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	data := reply.(map[string]any)["data"].(map[string]any)
	if data["greeting"] != "Hello, Ada, from Go" {
		t.Errorf("the greeting is %q", data["greeting"])
	}
}
