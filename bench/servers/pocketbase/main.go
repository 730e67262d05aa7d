// PocketBase as it comes, with one more command for the seed: `sql STATEMENT` runs one statement on the data file.
package main

import (
	"log"

	"github.com/pocketbase/pocketbase"
	"github.com/spf13/cobra"
)

func main() {
	app := pocketbase.New()
	app.RootCmd.AddCommand(&cobra.Command{
		Use:  "sql STATEMENT",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			_, err := app.NonconcurrentDB().NewQuery(args[0]).Execute()
			return err
		},
	})
	if err := app.Start(); err != nil {
		log.Fatal(err)
	}
}
