# An agent that is away gets no new tasks; what is wanted of its old ones waits until it is back.
! node n1 cpu 2048 memory 4096
@ +1s
> ecs RegisterTaskDefinition {"family":"hello","containerDefinitions":[{"name":"web","image":"a","memory":64}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}
> ecs RunTask {"taskDefinition":"hello"}
| tasks.taskArn tasks.containerInstanceArn
< 200 {
    "tasks": [
      {
        "taskArn": "arn:aws:ecs:us-east-1:000000000000:task/default/$task1",
        "containerInstanceArn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1"
      }
    ]
  }
@ +2s
! n1 agent dies
@ +5s
> ecs DescribeContainerInstances {"containerInstances":["$instance1"]}
| containerInstances.agentConnected containerInstances.status containerInstances.runningTasksCount
< 200 {"containerInstances":[{"agentConnected":false,"status":"ACTIVE","runningTasksCount":1}]}
> ecs RunTask {"taskDefinition":"hello"}
< 200 {
    "tasks": [],
    "failures": [
      {"arn":"arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1","reason":"AGENT"}
    ]
  }
> ecs StopTask {"task":"$task1"}
| task.lastStatus task.desiredStatus
< 200 {"task":{"lastStatus":"STOPPING","desiredStatus":"STOPPED"}}
@ +1m
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus
< 200 {"tasks":[{"lastStatus":"STOPPING"}]}
! n1 agent starts
@ +2s
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus tasks.containers.exitCode
< 200 {"tasks":[{"lastStatus":"STOPPED","containers":[{"exitCode":143}]}]}
> ecs RunTask {"taskDefinition":"hello"}
| tasks.taskArn tasks.lastStatus failures
< 200 {
    "tasks": [{"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task2","lastStatus":"PENDING"}],
    "failures": []
  }
> ecs DescribeContainerInstances {"containerInstances":["$instance1"]}
| containerInstances.agentConnected containerInstances.pendingTasksCount
< 200 {"containerInstances":[{"agentConnected":true,"pendingTasksCount":1}]}

# The machine starts anew: its container is gone, and the task is over.
@ +2s
! n1 reboots
@ +30s
! n1 agent starts
@ +5s
> ecs DescribeTasks {"tasks":["$task2"]}
| tasks.lastStatus tasks.stopCode tasks.stoppedReason tasks.containers.reason
< 200 {
    "tasks": [
      {
        "lastStatus": "STOPPED",
        "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": [{"reason":"ContainerRuntimeError: the container was gone when the node came back"}]
      }
    ]
  }
